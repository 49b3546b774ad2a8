import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPdfPrinter, type Paper, type PdfPrinter, paperCsv, paperWorkbook } from '@yijie/documents';
import { Option } from 'commander';

export const PAPER_FORMATS = ['xlsx', 'pdf', 'csv'] as const;
export type PaperFormat = (typeof PAPER_FORMATS)[number];

export interface PaperOptions {
  readonly format: PaperFormat | 'all';
  readonly out: string;
}

export function formatOption(): Option {
  return new Option('--format <format>', 'of the files').choices([...PAPER_FORMATS, 'all']).default('all');
}

export function outOption(): Option {
  return new Option('--out <folder>', 'where the files go').default('.');
}

/** Writes papers into a folder; the fonts are read once, and only for PDF. */
export class PaperFiles {
  readonly #options: PaperOptions;
  #printer: PdfPrinter | undefined;

  constructor(options: PaperOptions) {
    this.#options = options;
  }

  /** The files written. `csv` overrides what the paper itself would be as CSV. */
  async write(name: string, paper: Paper, csv?: Uint8Array): Promise<readonly string[]> {
    const { format, out } = this.#options;
    await mkdir(out, { recursive: true });
    const formats = format === 'all' ? PAPER_FORMATS : [format];
    return Promise.all(
      formats.map(async (each) => {
        const path = join(out, `${name}.${each}`);
        await writeFile(path, await this.#bytes(each, paper, csv));
        return path;
      }),
    );
  }

  async #bytes(format: PaperFormat, paper: Paper, csv: Uint8Array | undefined): Promise<Uint8Array> {
    if (format === 'csv') return csv ?? paperCsv(paper, { bom: true });
    if (format === 'xlsx') return paperWorkbook(paper);
    this.#printer ??= await createPdfPrinter();
    return this.#printer.print(paper);
  }
}
