import { alignmentOf, cellText } from '../paper/cell-text.ts';
import type { CellValue, PaperTable, PaperTotal } from '../paper/paper.ts';
import { type Band, bandsOf, CELL_PADDING } from './column-widths.ts';
import { LINE_HEIGHT, type PdfSheet, type TextStyle } from './pdf-sheet.ts';

/** Air above and below the text of a row, points. */
const ROW_AIR = 3;
const COMPACT_ROW_AIR = 1.2;
const CAPTION_SIZE = 8;
const GAP = 8;

/**
 * The headings come again on each page; a row is never parted between two. The last row and the totals stay together
 * with the `following` points below the table: nobody signs a page that shows no figures.
 */
export function drawTable(table: PaperTable, sheet: PdfSheet, following: number): void {
  const bands = bandsOf(table, sheet.width, sheet);
  bands.forEach((band, index) => {
    if (index > 0) sheet.newPage();
    const caption = bands.length === 1 ? undefined : `分栏 ${index + 1}／${bands.length}`;
    drawBand(table, band, caption, sheet, index === bands.length - 1 ? GAP + following : 0);
  });
  sheet.y += GAP;
}

function drawBand(
  table: PaperTable,
  band: Band,
  caption: string | undefined,
  sheet: PdfSheet,
  following: number,
): void {
  const headings = headingRow(band, sheet);
  const begin = () => {
    if (caption !== undefined)
      sheet.text(caption, sheet.row(CAPTION_SIZE * LINE_HEIGHT), { size: CAPTION_SIZE, align: 'right' });
    drawRow(headings, sheet);
  };
  const body =
    table.rows.length === 0 ? [emptyRow(band, sheet)] : table.rows.map((row) => bodyRow(row, band, sheet));
  const totals = table.totals.map((total) => totalRow(total, band, sheet));
  const rows = [...body, ...totals];
  const behindRows = totals.reduce((sum, { height }) => sum + height, following);
  sheet.ensure(headings.height + (rows[0]?.height ?? 0));
  begin();
  rows.forEach((row, index) => {
    const needed = row.height + (index === body.length - 1 ? behindRows : 0);
    if (sheet.room < needed) {
      sheet.newPage();
      begin();
    }
    drawRow(row, sheet);
  });
}

interface LaidCell {
  readonly lines: readonly string[];
  readonly style: TextStyle;
  readonly width: number;
}

interface LaidRow {
  readonly height: number;
  readonly shaded: boolean;
  readonly cells: readonly LaidCell[];
}

function headingRow(band: Band, sheet: PdfSheet): LaidRow {
  const style: TextStyle = { size: band.size, weight: 'bold', align: 'center' };
  const cells = band.columns.map(({ column, width }) => ({
    lines: sheet.evenLines(column.heading, width - 2 * CELL_PADDING, style),
    style,
    width,
  }));
  return laidRow(cells, band, sheet, true);
}

function bodyRow(row: readonly CellValue[], band: Band, sheet: PdfSheet): LaidRow {
  return laidRow(cellsOf(row, 'regular', band, sheet), band, sheet);
}

function totalRow({ label, cells }: PaperTotal, band: Band, sheet: PdfSheet): LaidRow {
  const laid = cellsOf(cells, 'bold', band, sheet);
  const firstSum = laid.findIndex(({ lines }) => lines.join('') !== '');
  const named = firstSum === -1 ? laid.length : Math.max(1, firstSum);
  const style: TextStyle = { size: band.size, weight: 'bold', align: 'center' };
  const width = laid.slice(0, named).reduce((sum, cell) => sum + cell.width, 0);
  return laidRow([{ lines: [label], style, width }, ...laid.slice(named)], band, sheet);
}

function emptyRow(band: Band, sheet: PdfSheet): LaidRow {
  const width = band.columns.reduce((sum, column) => sum + column.width, 0);
  return laidRow(
    [{ lines: ['（本期无数据）'], style: { size: band.size, align: 'center' }, width }],
    band,
    sheet,
  );
}

function cellsOf(
  values: readonly CellValue[],
  weight: 'regular' | 'bold',
  band: Band,
  sheet: PdfSheet,
): readonly LaidCell[] {
  return band.columns.map(({ column, at, width }) => {
    const style: TextStyle = { size: band.size, weight, align: alignmentOf(column.type) };
    const text = cellText(column.type, values[at] ?? null);
    // Only texts are broken: the widths leave room for the largest number, code and day.
    const lines = column.type === 'T' ? sheet.lines(text, width - 2 * CELL_PADDING, style) : [text];
    return { lines, style, width };
  });
}

function laidRow(cells: readonly LaidCell[], { size }: Band, { compact }: PdfSheet, shaded = false): LaidRow {
  const lines = Math.max(1, ...cells.map((cell) => cell.lines.length));
  return { cells, shaded, height: lines * size * LINE_HEIGHT + 2 * (compact ? COMPACT_ROW_AIR : ROW_AIR) };
}

function drawRow(row: LaidRow, sheet: PdfSheet): void {
  const line = sheet.row(row.height);
  if (row.shaded) sheet.shade(line);
  let x = line.x;
  for (const { lines, style, width } of row.cells) {
    const box = { x, y: line.y, width, height: row.height };
    sheet.rectangle(box);
    sheet.textLines(lines, { ...box, x: x + CELL_PADDING, width: width - 2 * CELL_PADDING }, style);
    x += width;
  }
}
