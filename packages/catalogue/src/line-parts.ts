import { IN_SCOPE, OVER_LIMIT, PREPAY_SELF, SELF_PAID } from './bill-sums.ts';
import { IS_SELF_PAID, LIMIT, PREPAY_RATIO_BP, type SegmentTable } from './segment-table.ts';

/**
 * Adds a line's four parts to `sums[sumsAt …]`. The limit comes before the prepay ratio (policy-rule-shapes A3); of the two
 * parts of each cut one is rounded and the other is the remainder (J), so that the parts are the line. A return (negative
 * quantity) mirrors the charge.
 */
export function addLineParts(
  sums: Float64Array,
  sumsAt: number,
  { words, limitsE4 }: SegmentTable,
  segment: number,
  quantityE4: number,
  unitPriceE4: number,
  amountFen: number,
): void {
  const sign = quantityE4 < 0 ? -1 : 1;
  const amount = amountFen * sign;
  // No branch on the class: it is as good as random from line to line, and a wrong guess costs more than the arithmetic.
  const selfPaid = amount * (words[segment + IS_SELF_PAID] as number);
  const limitE4 = limitsE4[words[segment + LIMIT] as number] as number;
  const over = unitPriceE4 > limitE4 ? unsignedAmount(quantityE4 * sign, unitPriceE4 - limitE4) : 0;
  const withinLimit = amount - selfPaid - over;
  const prepay = Math.floor((withinLimit * (words[segment + PREPAY_RATIO_BP] as number) + 5_000) / 10_000);
  sums[sumsAt + SELF_PAID] = (sums[sumsAt + SELF_PAID] as number) + sign * selfPaid;
  sums[sumsAt + OVER_LIMIT] = (sums[sumsAt + OVER_LIMIT] as number) + sign * over;
  sums[sumsAt + PREPAY_SELF] = (sums[sumsAt + PREPAY_SELF] as number) + sign * prepay;
  sums[sumsAt + IN_SCOPE] = (sums[sumsAt + IN_SCOPE] as number) + sign * (withinLimit - prepay);
}

/** Quantity × unit price in fen, half-up; the mirror image for a return. */
export function lineAmount(quantityE4: number, unitPriceE4: number): number {
  return quantityE4 < 0
    ? 0 - unsignedAmount(-quantityE4, unitPriceE4)
    : unsignedAmount(quantityE4, unitPriceE4);
}

/** Whether the amount is quantity × unit price, half-up: the same as comparing with {@link lineAmount}, undivided. */
export function isLineAmount(quantityE4: number, unitPriceE4: number, amountFen: number): boolean {
  const product = Math.abs(quantityE4) * unitPriceE4;
  if (product >= EXACT_BELOW) return lineAmount(quantityE4, unitPriceE4) === amountFen;
  const remainder = product + HALF_FEN - (quantityE4 < 0 ? -amountFen : amountFen) * FEN;
  return remainder >= 0 && remainder < FEN;
}

function unsignedAmount(quantityE4: number, priceE4: number): number {
  const product = quantityE4 * priceE4;
  if (product < EXACT_BELOW) return Math.floor((product + HALF_FEN) / FEN);
  return Number((BigInt(quantityE4) * BigInt(priceE4) + BigInt(HALF_FEN)) / BigInt(FEN));
}

/** A fen in the unit of quantity × price: ten-thousandths × ten-thousandths of a yuan are 10^-8 yuan. */
const FEN = 1_000_000;
const HALF_FEN = FEN / 2;
/** Below 2^52 neither the product nor its division by a fen can round across a whole fen. */
const EXACT_BELOW = 4_503_599_627_370_496;
