import { cellText } from '../paper/cell-text.ts';
import type { PaperColumn, PaperTable } from '../paper/paper.ts';
import type { PdfSheet } from './pdf-sheet.ts';

/** Sizes of the body text that are legible in print, largest first; points. */
const SIZES = [9, 8.5, 8, 7.5, 7] as const;
const SMALLEST = 7;
/** A compact paper begins with 8 points. */
const COMPACT_FROM = 2;

/** Free space at each side of a cell, points. */
export const CELL_PADDING = 3;

/** A text column gives way first, down to this many characters a line; ems. */
const TEXT_MIN_EMS = 6;
const TEXT_MAX_EMS = 16;

/** A heading is broken into at most this many lines before it widens its column. */
const HEADING_LINES = 3;

export interface LaidColumn {
  readonly column: PaperColumn;
  /** Its place in the rows of the table. */
  readonly at: number;
  readonly width: number;
}

/** One part of a table as it is drawn: which columns, how wide, how large the text is. */
export interface Band {
  readonly columns: readonly LaidColumn[];
  readonly size: number;
}

/** The largest legible size at which the table fits into `width`, or undefined. */
export function fittingSize(table: PaperTable, width: number, sheet: PdfSheet): number | undefined {
  const needs = needsOf(table, sheet);
  return sizes(sheet).find((size) => leastWidth(needs, size) <= width);
}

/**
 * The widths of the columns. A table that doesn't fit even at the smallest size is parted into bands side by side, each
 * beginning with the columns that name the row.
 */
export function bandsOf(table: PaperTable, width: number, sheet: PdfSheet): readonly Band[] {
  const needs = needsOf(table, sheet);
  const size = sizes(sheet).find((one) => leastWidth(needs, one) <= width);
  if (size !== undefined) return [bandOf(needs, size, width)];
  const key = needs.slice(0, table.keyColumns);
  const bands: Need[][] = [];
  let free = 0;
  for (const need of needs.slice(table.keyColumns)) {
    const needed = leastWidth([need], SMALLEST);
    if (bands.length === 0 || needed > free) {
      bands.push([...key]);
      free = width - leastWidth(key, SMALLEST);
    }
    bands.at(-1)?.push(need);
    free -= needed;
  }
  return bands.map((band) => bandOf(band, SMALLEST, width));
}

function sizes({ compact }: PdfSheet): readonly number[] {
  return compact ? SIZES.slice(COMPACT_FROM) : SIZES;
}

/** What a column needs, in ems: at least, and to stand without a break. */
interface Need {
  readonly column: PaperColumn;
  readonly at: number;
  readonly least: number;
  readonly whole: number;
}

/** First what spares a break, then the same for every column, so that a narrow table still fills the page. */
function bandOf(needs: readonly Need[], size: number, width: number): Band {
  const free = width - leastWidth(needs, size);
  const wanted = needs.reduce((sum, { least, whole }) => sum + (whole - least) * size, 0);
  const granted = wanted === 0 ? 0 : Math.min(1, free / wanted);
  const rest = (free - granted * wanted) / needs.length;
  return {
    size,
    columns: needs.map(({ column, at, least, whole }) => ({
      column,
      at,
      width: (least + granted * (whole - least)) * size + 2 * CELL_PADDING + rest,
    })),
  };
}

function leastWidth(needs: readonly Need[], size: number): number {
  return needs.reduce((sum, { least }) => sum + least * size + 2 * CELL_PADDING, 0);
}

function needsOf(table: PaperTable, sheet: PdfSheet): readonly Need[] {
  const regular = (text: string) => sheet.widthOf(text, { size: 1 });
  const bold = (text: string) => sheet.widthOf(text, { size: 1, weight: 'bold' });
  return table.columns.map((column, at) => {
    const shown = (cells: readonly (number | string | null)[]) => cellText(column.type, cells[at] ?? null);
    const body = Math.max(
      table.rows.reduce((most, cells) => Math.max(most, regular(shown(cells))), 0),
      ...table.totals.map(({ cells }) => bold(shown(cells))),
    );
    const heading = bold(column.heading);
    const text = column.type === 'T';
    return {
      column,
      at,
      least: Math.max(2, heading / HEADING_LINES, text ? Math.min(body, TEXT_MIN_EMS) : body),
      whole: Math.max(2, heading, text ? Math.min(body, TEXT_MAX_EMS) : body),
    };
  });
}
