import { InvariantError } from './assert.ts';
import { type BasisPoints, type Fen, fen } from './fen.ts';

/**
 * The ratio's share of a non-negative amount, rounded half-up to the fen: the rounding every published
 * example agrees with (policy-rule-shapes J). Exact at any size: past 2^53 the product is taken in bigint.
 */
export function shareOf(amount: Fen, ratio: BasisPoints): Fen {
  return divideHalfUp(amount, ratio, 10_000);
}

/**
 * round-half-up(amount × numerator ÷ denominator) for non-negative values. For derived ratios (a multiplier on
 * a ratio, a share of a share), which are exact fractions and never rounded themselves.
 */
export function divideHalfUp(amount: Fen, numerator: number, denominator: number): Fen {
  if (!(amount >= 0 && numerator >= 0 && denominator > 0)) {
    throw new InvariantError(`negative share: ${amount} × ${numerator} / ${denominator}`);
  }
  const doubled = 2 * amount * numerator + denominator;
  if (Number.isSafeInteger(doubled)) return Math.floor(doubled / (2 * denominator)) as Fen;
  const exact = (2n * BigInt(amount) * BigInt(numerator) + BigInt(denominator)) / (2n * BigInt(denominator));
  return fen(Number(exact));
}
