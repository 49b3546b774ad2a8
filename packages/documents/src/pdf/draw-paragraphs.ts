import type { PaperBlock } from '../paper/paper.ts';
import { LINE_HEIGHT, type PdfSheet } from './pdf-sheet.ts';

const SIZE = 9.5;
const COMPACT_SIZE = 8;

/** Between the lines of a letter is more room than between those of a cell. */
const LEADING = 1.65;

/** Paragraphs are set in by two characters, as Chinese letters are. */
const INDENT = '　　';

export function drawParagraphs(block: Extract<PaperBlock, { kind: 'paragraphs' }>, sheet: PdfSheet): void {
  drawBlockHeading(block.heading, sheet);
  const size = sheet.compact ? COMPACT_SIZE : SIZE;
  const leading = size * (sheet.compact ? LINE_HEIGHT : LEADING);
  for (const text of block.texts) {
    for (const line of sheet.lines(`${INDENT}${text}`, sheet.width, { size })) {
      sheet.ensure(leading);
      sheet.text(line, sheet.row(leading), { size });
    }
  }
  sheet.y += 6;
}

/** The heading of a part of the paper; it never stands alone at the end of a page. */
export function drawBlockHeading(heading: string | undefined, sheet: PdfSheet): void {
  if (heading === undefined) return;
  sheet.ensure(4 * SIZE * LINE_HEIGHT);
  sheet.text(heading, sheet.row(SIZE * LINE_HEIGHT + 4), { size: SIZE, weight: 'bold' });
}
