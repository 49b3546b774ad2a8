import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Paper, PaperBlock } from '../paper/paper.ts';
import { drawFields } from './draw-fields.ts';
import { drawParagraphs } from './draw-paragraphs.ts';
import { drawSignatures, heightOfSignatures } from './draw-signatures.ts';
import { drawTable } from './draw-table.ts';
import { sheetFor } from './paper-size.ts';
import { PdfSheet } from './pdf-sheet.ts';

export interface PdfPrinter {
  /** The paper as PDF: the same paper gives the same bytes. */
  print(paper: Paper): Promise<Uint8Array>;
}

/**
 * Loads the fonts (two weights, 17 MB) and the library only when somebody prints: commands that don't start a tenth of
 * a second sooner. A document embeds only the glyphs it shows, about 100 kB.
 */
export async function createPdfPrinter(): Promise<PdfPrinter> {
  const folder = join(dirname(createRequire(import.meta.url).resolve('@embedpdf/fonts-sc')), '../fonts');
  const [{ default: PDFDocument }, { create }] = await Promise.all([import('pdfkit'), import('fontkit')]);
  // Opened once for all papers: reading the tables of a font takes longer than drawing a page.
  const [regular, bold] = await Promise.all(
    ['NotoSansHans-Regular.otf', 'NotoSansHans-Bold.otf'].map(async (file) =>
      create(await readFile(join(folder, file))),
    ),
  );
  return {
    async print(paper) {
      const document = new PDFDocument({
        autoFirstPage: false,
        bufferPages: true,
        margin: 0,
        lang: 'zh-CN',
        displayTitle: true,
        pdfVersion: '1.7',
        info: {
          Title: paper.title,
          Creator: 'Yijie',
          Producer: 'Yijie',
          CreationDate: new Date(paper.createdAt),
        },
      });
      const chunks: Uint8Array[] = [];
      document.on('data', (chunk: Uint8Array) => chunks.push(chunk));
      const ended = new Promise<void>((resolve, reject) => {
        document.once('end', resolve);
        document.once('error', reject);
      });
      document.registerFont('regular', regular as unknown as PDFKit.Mixins.PDFFontSource);
      document.registerFont('bold', bold as unknown as PDFKit.Mixins.PDFFontSource);
      drawPaper(paper, new PdfSheet(document, paper));
      document.end();
      await ended;
      return Buffer.concat(chunks);
    },
  };
}

function drawPaper(paper: Paper, sheet: PdfSheet): void {
  sheet.begin(sheetFor(paper, sheet));
  for (const [index, block] of paper.blocks.entries()) {
    switch (block.kind) {
      case 'fields':
        drawFields(block, sheet);
        break;
      case 'table':
        drawTable(block, sheet, heightKeptWith(paper.blocks[index + 1], sheet));
        break;
      case 'paragraphs':
        drawParagraphs(block, sheet);
        break;
      case 'signatures':
        drawSignatures(block, sheet);
        break;
    }
  }
  sheet.numberPages();
}

function heightKeptWith(next: PaperBlock | undefined, sheet: PdfSheet): number {
  return next?.kind === 'signatures' ? heightOfSignatures(next, sheet) : 0;
}
