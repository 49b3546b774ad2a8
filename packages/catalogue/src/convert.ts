import { isDayNumber, localDateToNumber } from '@yijie/calendar';
import { appendLine, BillColumns, linesOf } from './bill-columns.ts';
import type { CatalogueIndex } from './catalogue-index.ts';
import type { BillLine, Conversion, StayDates } from './contract.ts';
import { billOf } from './converted-bill.ts';
import { findSegments } from './item-table.ts';
import { AMOUNT_FEN_MAX, fieldOutOfRange, QUANTITY_E4_MAX, UNIT_PRICE_E4_MAX } from './line-form.ts';
import { addLineParts, isLineAmount } from './line-parts.ts';
import { findRefusals } from './refusals.ts';
import { IS_UNLISTED, SUMS_AT } from './segment-table.ts';

/**
 * A hospital's bill as the 14 national categories. All lines or none: a refused bill leaves nothing behind. Each line is
 * refused for its first flaw in the order form, date, mapping, catalogue, amount; line numbers and returns are judged
 * over the whole bill.
 */
export function convert(index: CatalogueIndex, stay: StayDates, lines: readonly BillLine[]): Conversion {
  if (lines.some((line) => fieldOutOfRange(line) !== undefined)) {
    return { ok: false, refusals: findRefusals(index, stay, lines) };
  }
  SCRATCH.clear();
  for (const line of lines) appendLine(SCRATCH, line);
  return convertColumns(index, stay, SCRATCH);
}

/** Filled and read within one call of {@link convert}, which nothing can interrupt; making columns anew costs more. */
const SCRATCH = new BillColumns();

/** The same for a bill decoded into columns: no object and no text per line. */
export function convertColumns(index: CatalogueIndex, stay: StayDates, bill: BillColumns): Conversion {
  const { sums } = bill;
  sums.fill(0);
  findSegments(index.items, bill);
  const way = addLines(sums, index, stay, bill);
  if (way !== 'plain') {
    const refusals = findRefusals(index, stay, linesOf(bill));
    if (refusals.length > 0) return { ok: false, refusals };
    if (way === 'flawed') throw new TypeError('a line is flawed and no refusal says so');
  }
  return { ok: true, bill: billOf(sums, bill.count) };
}

/**
 * Adds up the lines in one pass. `plain` is nearly every bill: numbers rise and nothing is returned. `unusual` bills are
 * added up too and must be looked at as a whole. `flawed`: it stopped at a line that can't be right.
 */
function addLines(
  sums: Float64Array,
  index: CatalogueIndex,
  stay: StayDates,
  bill: BillColumns,
): 'plain' | 'unusual' | 'flawed' {
  const { count, lineNumber, quantityE4, unitPriceE4, amountFen, serviceDate, found } = bill;
  const { segments } = index.items;
  const { words } = segments;
  const firstDay = localDateToNumber(stay.admissionDate);
  const lastDay = localDateToNumber(stay.lastDate);
  let isPlain = true;
  let numberBefore = 0;
  let dayBefore = 0;
  for (let line = 0; line < count; line++) {
    const number = lineNumber[line] as number;
    const quantity = quantityE4[line] as number;
    const price = unitPriceE4[line] as number;
    const amount = amountFen[line] as number;
    const day = serviceDate[line] as number;
    const segment = found[line] as number;
    if (
      segment < 0 ||
      words[segment + IS_UNLISTED] === 1 ||
      number < 1 ||
      day < firstDay ||
      day > lastDay ||
      (day !== dayBefore && !isDayNumber(day)) ||
      quantity === 0 ||
      quantity > QUANTITY_E4_MAX ||
      quantity < -QUANTITY_E4_MAX ||
      price < 0 ||
      price > UNIT_PRICE_E4_MAX ||
      amount > AMOUNT_FEN_MAX ||
      amount < -AMOUNT_FEN_MAX ||
      !isLineAmount(quantity, price, amount)
    ) {
      return 'flawed';
    }
    if (number <= numberBefore || quantity < 0) isPlain = false;
    numberBefore = number;
    dayBefore = day;
    addLineParts(sums, words[segment + SUMS_AT] as number, segments, segment, quantity, price, amount);
  }
  return isPlain ? 'plain' : 'unusual';
}
