import type { Terms } from './catalogue-index.ts';

/** Positions of the four parts from the offset given. */
export const SELF_PAID = 0;
export const OVER_LIMIT = 1;
export const PREPAY_SELF = 2;
export const IN_SCOPE = 3;
export const PARTS = 4;

/**
 * Adds a line's four parts to `sums[offset …]`. The limit comes before the prepay ratio (policy-rule-shapes A3); of the
 * two parts of each cut one is rounded and the other is the remainder (J), so the parts are the line. A return
 * (negative quantity) mirrors the charge.
 */
export function addLineParts(
  sums: Float64Array,
  offset: number,
  terms: Terms,
  quantityE4: number,
  unitPriceE4: number,
  amountFen: number,
): void {
  if (terms.itemClass === 'C') {
    sums[offset + SELF_PAID] = at(sums, offset + SELF_PAID) + amountFen;
    return;
  }
  const sign = quantityE4 < 0 ? -1 : 1;
  const magnitude = amountFen * sign;
  const over =
    unitPriceE4 > terms.priceLimitE4
      ? unsignedAmount(quantityE4 * sign, unitPriceE4 - terms.priceLimitE4)
      : 0;
  const withinLimit = magnitude - over;
  const prepay =
    terms.prepayRatioBp === 0 ? 0 : Math.floor((withinLimit * terms.prepayRatioBp + 5_000) / 10_000);
  sums[offset + OVER_LIMIT] = at(sums, offset + OVER_LIMIT) + sign * over;
  sums[offset + PREPAY_SELF] = at(sums, offset + PREPAY_SELF) + sign * prepay;
  sums[offset + IN_SCOPE] = at(sums, offset + IN_SCOPE) + sign * (withinLimit - prepay);
}

/** Quantity × unit price in fen, half-up; the mirror image for a return. */
export function lineAmount(quantityE4: number, unitPriceE4: number): number {
  return quantityE4 < 0 ? -unsignedAmount(-quantityE4, unitPriceE4) : unsignedAmount(quantityE4, unitPriceE4);
}

/** Ten-thousandths × ten-thousandths of a yuan are 10^-8 yuan: 10^6 of them are one fen. */
function unsignedAmount(quantityE4: number, priceE4: number): number {
  const product = quantityE4 * priceE4;
  // Below 2^52 neither the product nor the division can round across a whole fen.
  if (product < 4_503_599_627_370_496) return Math.floor((product + 500_000) / 1_000_000);
  return Number((BigInt(quantityE4) * BigInt(priceE4) + 500_000n) / 1_000_000n);
}

function at(sums: Float64Array, position: number): number {
  return sums[position] as number;
}
