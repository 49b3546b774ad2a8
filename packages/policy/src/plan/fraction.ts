import { assert } from '@yijie/money';

/**
 * An exact non-negative ratio. Derived ratios (a multiplier on a ratio, a share of a share) are never rounded
 * (policy-rule-shapes J); only amounts are. Always in lowest terms, so that amount × num stays small.
 */
export interface Fraction {
  readonly num: number;
  readonly den: number;
}

export const ZERO: Fraction = { num: 0, den: 1 };
export const ONE: Fraction = { num: 1, den: 1 };

export function fraction(num: bigint, den: bigint): Fraction {
  assert(den > 0n && num >= 0n, `not a ratio: ${num}/${den}`);
  const divisor = greatestCommonDivisor(num, den);
  const reduced = { num: Number(num / divisor), den: Number(den / divisor) };
  assert(
    Number.isSafeInteger(reduced.num) && Number.isSafeInteger(reduced.den),
    `ratio too fine: ${num}/${den}`,
  );
  return reduced;
}

export function ofBasisPoints(points: number): Fraction {
  return fraction(BigInt(points), 10_000n);
}

export function multiply(a: Fraction, b: Fraction): Fraction {
  return fraction(BigInt(a.num) * BigInt(b.num), BigInt(a.den) * BigInt(b.den));
}

/** Adds signed basis points; below zero is zero. */
export function addPoints(a: Fraction, points: number): Fraction {
  const num = BigInt(a.num) * 10_000n + BigInt(points) * BigInt(a.den);
  return num <= 0n ? ZERO : fraction(num, BigInt(a.den) * 10_000n);
}

/** 1 − a, for shares. Above one is zero. */
export function complement(a: Fraction): Fraction {
  return a.num >= a.den ? ZERO : fraction(BigInt(a.den - a.num), BigInt(a.den));
}

export function isLess(a: Fraction, b: Fraction): boolean {
  return BigInt(a.num) * BigInt(b.den) < BigInt(b.num) * BigInt(a.den);
}

export function smaller(a: Fraction, b: Fraction): Fraction {
  return isLess(b, a) ? b : a;
}

export function larger(a: Fraction, b: Fraction): Fraction {
  return isLess(a, b) ? b : a;
}

export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}

/** Whole basis points where the fraction is, else undefined. */
export function asBasisPoints(a: Fraction): number | undefined {
  const points = (a.num * 10_000) / a.den;
  return Number.isInteger(points) ? points : undefined;
}

/** `85%`, `76.5%`, or `2/3` when it has no short decimal form. */
export function shownRatio(a: Fraction): string {
  const millionths = (BigInt(a.num) * 1_000_000n) / BigInt(a.den);
  if ((BigInt(a.num) * 1_000_000n) % BigInt(a.den) !== 0n) return `${a.num}/${a.den}`;
  const whole = (millionths / 10_000n).toString();
  const decimals = (millionths % 10_000n).toString().padStart(4, '0').replace(/0+$/, '');
  return decimals === '' ? `${whole}%` : `${whole}.${decimals}%`;
}
