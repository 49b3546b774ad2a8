import { cellText } from '../paper/cell-text.ts';
import type { PaperBlock, PaperField } from '../paper/paper.ts';
import { drawBlockHeading } from './draw-paragraphs.ts';
import { LINE_HEIGHT, type PdfSheet } from './pdf-sheet.ts';

const SIZE = 9;
const PADDING = 4;
const AIR = 4.5;

/** The label's part of a quarter. */
const LABEL_SHARE = 0.5;

/** Labels and values in boxes; lines fill up to four quarters, and the last field of a line takes what is left. */
export function drawFields(block: Extract<PaperBlock, { kind: 'fields' }>, sheet: PdfSheet): void {
  drawBlockHeading(block.heading, sheet);
  for (const line of linesOf(block.fields)) drawLine(line, sheet);
  sheet.y += 8;
}

function linesOf(fields: readonly PaperField[]): readonly (readonly PaperField[])[] {
  const lines: PaperField[][] = [];
  let used = 4;
  for (const field of fields) {
    if (used + field.quarters > 4) {
      lines.push([]);
      used = 0;
    }
    lines.at(-1)?.push(field);
    used += field.quarters;
  }
  return lines;
}

function drawLine(fields: readonly PaperField[], sheet: PdfSheet): void {
  const quarter = sheet.width / 4;
  const labelWidth = quarter * LABEL_SHARE;
  let free = 4;
  const cells = fields.map((field, index) => {
    const quarters = index === fields.length - 1 ? free : field.quarters;
    free -= quarters;
    const valueWidth = quarters * quarter - labelWidth;
    return {
      label: sheet.evenLines(field.label, labelWidth - 2 * PADDING, { size: SIZE }),
      value: sheet.lines(cellText(field.type, field.value), valueWidth - 2 * PADDING, { size: SIZE }),
      valueWidth,
    };
  });
  const most = Math.max(...cells.flatMap(({ label, value }) => [label.length, value.length]));
  const height = most * SIZE * LINE_HEIGHT + 2 * AIR;
  sheet.ensure(height);
  const row = sheet.row(height);
  let x = row.x;
  for (const { label, value, valueWidth } of cells) {
    const labelBox = { x, y: row.y, width: labelWidth, height };
    sheet.shade(labelBox);
    sheet.rectangle(labelBox);
    sheet.textLines(
      label,
      { ...labelBox, x: x + PADDING, width: labelWidth - 2 * PADDING },
      { size: SIZE, align: 'center' },
    );
    x += labelWidth;
    const valueBox = { x, y: row.y, width: valueWidth, height };
    sheet.rectangle(valueBox);
    sheet.textLines(value, { ...valueBox, x: x + PADDING, width: valueWidth - 2 * PADDING }, { size: SIZE });
    x += valueWidth;
  }
}
