import { isDayNumber } from '@yijie/calendar';
import type { BillLine } from './contract.ts';

/**
 * The greatest magnitudes of a line: 10^9 units, 10^8 yuan a unit, 10^9 yuan. They keep the sums of a bill of 90,000
 * lines exact in a double.
 */
export const QUANTITY_E4_MAX = 10_000_000_000_000;
export const UNIT_PRICE_E4_MAX = 1_000_000_000_000;
export const AMOUNT_FEN_MAX = 100_000_000_000;
/** Line numbers travel as int32. */
export const LINE_NUMBER_MAX = 2_147_483_647;
export const ITEM_CODE_LENGTH_MAX = 64;

/** The first field of a line that is missing or out of its range; undefined when all are well. */
export function fieldOutOfRange(line: BillLine): keyof BillLine | undefined {
  const { itemCode, quantityE4 } = line;
  if (!isWithin(line.lineNumber, 1, LINE_NUMBER_MAX)) return 'lineNumber';
  if (itemCode.length === 0 || itemCode.length > ITEM_CODE_LENGTH_MAX) return 'itemCode';
  // A quantity of 0 charges nothing and returns nothing.
  if (quantityE4 === 0 || !isWithin(quantityE4, -QUANTITY_E4_MAX, QUANTITY_E4_MAX)) return 'quantityE4';
  if (!isWithin(line.unitPriceE4, 0, UNIT_PRICE_E4_MAX)) return 'unitPriceE4';
  if (!isWithin(line.amountFen, -AMOUNT_FEN_MAX, AMOUNT_FEN_MAX)) return 'amountFen';
  return isDayNumber(line.serviceDate) ? undefined : 'serviceDate';
}

function isWithin(value: number, least: number, greatest: number): boolean {
  return Number.isInteger(value) && value >= least && value <= greatest;
}
