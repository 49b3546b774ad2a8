import { localDateToNumber } from '@yijie/calendar';
import { type CatalogueIndex, findTerms } from './catalogue-index.ts';
import type { BillLine, Conversion, StayDates } from './contract.ts';
import { BUCKETS, billOf } from './converted-bill.ts';
import { fieldOutOfRange } from './line-form.ts';
import { addLineParts, lineAmount, PARTS } from './line-parts.ts';
import { findRefusals } from './refusals.ts';

/**
 * A hospital's bill as the 14 national categories. All lines or none: a refused bill leaves nothing behind. Each line is
 * refused for its first flaw in the order form, date, mapping, catalogue, amount; line numbers and returns are judged
 * over the whole bill.
 */
export function convert(index: CatalogueIndex, stay: StayDates, lines: readonly BillLine[]): Conversion {
  const sums = new Float64Array(BUCKETS * PARTS);
  if (!addPlainLines(sums, index, stay, lines)) {
    const refusals = findRefusals(index, stay, lines);
    if (refusals.length > 0) return { ok: false, refusals };
    sums.fill(0);
    addLines(sums, index, lines);
  }
  return { ok: true, bill: billOf(sums, lines.length) };
}

/**
 * The way of nearly every bill, in one pass: adds up lines that are sound, whose numbers rise and of which none is a
 * return. Stops at the first that is anything else and says so; the bill is then looked at as a whole.
 */
function addPlainLines(
  sums: Float64Array,
  index: CatalogueIndex,
  stay: StayDates,
  lines: readonly BillLine[],
): boolean {
  const firstDay = localDateToNumber(stay.admissionDate);
  const lastDay = localDateToNumber(stay.lastDate);
  let lineNumberBefore = 0;
  for (const line of lines) {
    const { lineNumber, quantityE4, unitPriceE4, amountFen, serviceDate } = line;
    if (lineNumber <= lineNumberBefore || quantityE4 < 0 || serviceDate < firstDay || serviceDate > lastDay)
      return false;
    const terms = findTerms(index, line.itemCode, serviceDate);
    if (typeof terms === 'string' || fieldOutOfRange(line) !== undefined) return false;
    if (lineAmount(quantityE4, unitPriceE4) !== amountFen) return false;
    addLineParts(sums, terms.bucket * PARTS, terms, quantityE4, unitPriceE4, amountFen);
    lineNumberBefore = lineNumber;
  }
  return true;
}

/** Lines that were found sound, in any order and with returns. */
function addLines(sums: Float64Array, index: CatalogueIndex, lines: readonly BillLine[]): void {
  for (const line of lines) {
    const terms = findTerms(index, line.itemCode, line.serviceDate);
    if (typeof terms === 'string')
      throw new TypeError(`line ${line.lineNumber} was found sound and is ${terms}`);
    addLineParts(sums, terms.bucket * PARTS, terms, line.quantityE4, line.unitPriceE4, line.amountFen);
  }
}
