import type { Fraction } from './fraction.ts';

/** round-half-up(amount × ratio) for a non-negative amount, exact at any size. */
export function shareHalfUp(amount: number, ratio: Fraction): number {
  const doubled = 2 * amount * ratio.num + ratio.den;
  if (doubled <= Number.MAX_SAFE_INTEGER) return Math.floor(doubled / (2 * ratio.den));
  const den = BigInt(ratio.den);
  return Number((2n * BigInt(amount) * BigInt(ratio.num) + den) / (2n * den));
}
