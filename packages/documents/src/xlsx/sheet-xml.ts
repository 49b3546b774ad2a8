import { columnLetters, escapeXml } from './cell-xml.ts';

export interface SheetLayout {
  /** Widths in characters of the body font. */
  readonly widths: readonly number[];
  /** Rows above this number stay while the rest scrolls. */
  readonly frozenRows?: number | undefined;
  readonly landscape: boolean;
  readonly size: 'A4' | 'A3';
  /** At the foot of each printed page, before the page number. */
  readonly foot: string;
}

/** Known when the last row is written: Excel wants it behind the rows. */
export type Merge = readonly [from: string, until: string];

/** What stands in a sheet before its rows. */
export function sheetStart(layout: SheetLayout): string {
  const cols = layout.widths.map(
    (width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n',
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">',
    '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>',
    `<sheetViews><sheetView showGridLines="0" workbookViewId="0">${pane(layout.frozenRows)}</sheetView></sheetViews>`,
    '<sheetFormatPr defaultRowHeight="15"/>',
    `<cols>${cols.join('')}</cols>`,
    '<sheetData>',
  ].join('');
}

/** What stands behind the rows; fitted to one page's width, as many pages long as it takes. */
export function sheetEnd(layout: SheetLayout, merges: readonly Merge[] = []): string {
  const merged = merges.map(([from, until]) => `<mergeCell ref="${from}:${until}"/>`);
  const orientation = layout.landscape ? 'landscape' : 'portrait';
  // In a foot & begins a command; its whole text may have 255 characters.
  const foot = layout.foot.replaceAll('&', '&&').slice(0, 200);
  return [
    '</sheetData>',
    merged.length === 0 ? '' : `<mergeCells count="${merged.length}">${merged.join('')}</mergeCells>`,
    '<printOptions horizontalCentered="1"/>',
    '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.7" header="0.3" footer="0.3"/>',
    `<pageSetup paperSize="${layout.size === 'A4' ? 9 : 8}" orientation="${orientation}" fitToWidth="1" fitToHeight="0"/>`,
    `<headerFooter><oddFooter>${escapeXml(`&L&8${foot}&R&8第 &P 页　共 &N 页`)}</oddFooter></headerFooter>`,
    '</worksheet>',
  ].join('');
}

export function rowXml(number: number, cells: readonly string[], height?: number): string {
  const size = height === undefined ? '' : ` ht="${height}" customHeight="1"`;
  return `<row r="${number}"${size}>${cells.join('')}</row>`;
}

export function reference(column: number, row: number): string {
  return `${columnLetters(column)}${row}`;
}

function pane(frozenRows: number | undefined): string {
  if (frozenRows === undefined) return '';
  return `<pane ySplit="${frozenRows}" topLeftCell="A${frozenRows + 1}" activePane="bottomLeft" state="frozen"/>`;
}
