import type { Paper } from '../paper/paper.ts';
import { fittingSize } from './column-widths.ts';
import { type PdfSheet, SIDE_MARGINS } from './pdf-sheet.ts';

export interface PageSize {
  readonly width: number;
  readonly height: number;
}

/** ISO 216 in points: A4 upright and across, A3 across. Offices print no other. */
const A4: PageSize = { width: 595.28, height: 841.89 };
const A4_ACROSS: PageSize = { width: A4.height, height: A4.width };
const A3_ACROSS: PageSize = { width: 1190.55, height: 841.89 };

/** The smallest of the pages on which every table is legible; a table too wide for all is continued beside itself. */
export function sheetFor(paper: Paper, sheet: PdfSheet): PageSize {
  const tables = paper.blocks.filter((block) => block.kind === 'table');
  const fits = (page: PageSize) =>
    tables.every((table) => fittingSize(table, page.width - SIDE_MARGINS, sheet) !== undefined);
  return [A4, A4_ACROSS].find(fits) ?? A3_ACROSS;
}
