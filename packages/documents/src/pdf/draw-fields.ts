import { cellText } from '../paper/cell-text.ts';
import type { PaperBlock, PaperField } from '../paper/paper.ts';
import { drawBlockHeading } from './draw-paragraphs.ts';
import { type Box, LINE_HEIGHT, type PdfSheet, type TextStyle } from './pdf-sheet.ts';

const PADDING = 4;

/** Lines that are never parted between two pages. */
const SHORT_VALUE = 12;

/** Size of the text, and the air above and below it. */
const MEASURES = { normal: { size: 9, air: 4.5 }, compact: { size: 8, air: 2.2 } };

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
  const { size, air } = MEASURES[sheet.compact ? 'compact' : 'normal'];
  const quarter = sheet.width / 4;
  const labelWidth = quarter * LABEL_SHARE;
  let free = 4;
  const cells = fields.map((field, index) => {
    const quarters = index === fields.length - 1 ? free : field.quarters;
    free -= quarters;
    const valueWidth = quarters * quarter - labelWidth;
    return {
      label: sheet.evenLines(field.label, labelWidth - 2 * PADDING, { size }),
      value: sheet.lines(cellText(field.type, field.value), valueWidth - 2 * PADDING, { size }),
      valueWidth,
    };
  });
  const leading = size * LINE_HEIGHT;
  const count = Math.max(...cells.flatMap(({ label, value }) => [label.length, value.length]));
  // A value longer than a page goes on in a row of the same shape on the next one.
  for (let from = 0; from < count; ) {
    if (sheet.room < Math.min(count - from, SHORT_VALUE) * leading + 2 * air) sheet.newPage();
    const fitting = Math.max(1, Math.floor((sheet.room - 2 * air) / leading));
    const part = Math.min(count - from, fitting);
    const row = sheet.row(part * leading + 2 * air);
    let x = row.x;
    for (const { label, value, valueWidth } of cells) {
      const labelBox = { ...row, x, width: labelWidth };
      sheet.shade(labelBox);
      drawBox(from === 0 ? label : [], labelBox, { size, align: 'center' }, sheet);
      drawBox(
        value.slice(from, from + part),
        { ...row, x: x + labelWidth, width: valueWidth },
        { size },
        sheet,
      );
      x += labelWidth + valueWidth;
    }
    from += part;
  }
}

function drawBox(lines: readonly string[], box: Box, style: TextStyle, sheet: PdfSheet): void {
  sheet.rectangle(box);
  sheet.textLines(lines, { ...box, x: box.x + PADDING, width: box.width - 2 * PADDING }, style);
}
