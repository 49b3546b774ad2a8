import { displayWidth } from '../display-width.ts';
import type { CellValue } from '../paper/paper.ts';
import { cellXml, columnLetters, textXml } from '../xlsx/cell-xml.ts';
import { rowXml, type SheetLayout, sheetEnd, sheetStart } from '../xlsx/sheet-xml.ts';
import { STYLES } from '../xlsx/styles.ts';
import { type SheetSource, sheetName, workbook } from '../xlsx/workbook.ts';
import type { Detail } from './detail.ts';

/** A sheet of Excel ends at 1,048,576 rows. */
const SHEET_ROWS = 1_000_000;

/**
 * Rows as an Excel workbook, a batch at a time: nothing but the batch is held. After a million rows the next sheet
 * begins.
 */
export async function* detailWorkbook(
  detail: Detail,
  { sheetRows = SHEET_ROWS }: { readonly sheetRows?: number } = {},
): AsyncGenerator<Uint8Array> {
  yield* workbook(sheetsOf(detail, sheetRows), detail);
}

async function* sheetsOf(detail: Detail, sheetRows: number): AsyncGenerator<SheetSource> {
  const source = new RowSource(detail);
  let number = 1;
  try {
    do {
      const name = number === 1 ? sheetName(detail.title) : sheetName(`${number}-${detail.title}`);
      yield { name, repeated: { first: 1, last: 1 }, xml: sheetXml(detail, source, sheetRows) };
      number += 1;
    } while (await source.hasMore());
  } finally {
    await source.close();
  }
}

async function* sheetXml(detail: Detail, source: RowSource, sheetRows: number): AsyncGenerator<Uint8Array> {
  const layout: SheetLayout = {
    widths: detail.columns.map(({ heading, type }) => Math.max(WIDTHS[type], displayWidth(heading) + 2)),
    frozenRows: 1,
    landscape: true,
    size: 'A4',
    foot: detail.title,
  };
  const letters = detail.columns.map((_, at) => columnLetters(at));
  const types = detail.columns.map(({ type }) => type);
  const headings = detail.columns.map(({ heading }, at) =>
    textXml(`${letters[at]}1`, heading, STYLES.heading),
  );
  yield Buffer.from(`${sheetStart(layout)}${rowXml(1, headings)}`);
  let written = 0;
  while (written < sheetRows) {
    const rows = await source.take(sheetRows - written);
    if (rows.length === 0) break;
    let text = '';
    for (const row of rows) {
      written += 1;
      const line = `${written + 1}`;
      text += `<row r="${line}">`;
      for (const [at, type] of types.entries())
        text += cellXml(`${letters[at]}${line}`, type, row[at] ?? null);
      text += '</row>';
    }
    yield Buffer.from(text);
    detail.progress?.(source.taken);
  }
  yield Buffer.from(sheetEnd(layout));
}

const WIDTHS = { A: 16, N: 10, T: 24, C: 12, D: 12, P: 10 } as const;

/** Batches handed out in pieces no larger than asked for. */
class RowSource {
  taken = 0;
  readonly #batches: AsyncIterator<readonly (readonly CellValue[])[]>;
  #batch: readonly (readonly CellValue[])[] = [];
  #at = 0;

  constructor(detail: Detail) {
    this.#batches = eachOf(detail.batches);
  }

  async hasMore(): Promise<boolean> {
    while (this.#at >= this.#batch.length) {
      const next = await this.#batches.next();
      if (next.done) return false;
      this.#batch = next.value;
      this.#at = 0;
    }
    return true;
  }

  /** Whoever reads may stop in the middle; the cursor behind the batches must not stay open then. */
  async close(): Promise<void> {
    await this.#batches.return?.();
  }

  /** Empty at the end. */
  async take(most: number): Promise<readonly (readonly CellValue[])[]> {
    if (!(await this.hasMore())) return [];
    const rows = this.#batch.slice(this.#at, this.#at + most);
    this.#at += rows.length;
    this.taken += rows.length;
    return rows;
  }
}

async function* eachOf<Value>(values: AsyncIterable<Value> | Iterable<Value>): AsyncGenerator<Value> {
  yield* values;
}
