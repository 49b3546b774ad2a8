import { assert, InvariantError } from './assert.ts';

declare const unit: unique symbol;

/** Integer 分, made only by {@link fen}. May be negative (refunds). */
export type Fen = number & { readonly [unit]: 'fen' };

/** A published ratio: 1 % is 100, 70 % is 7_000. */
export type BasisPoints = number & { readonly [unit]: 'bp' };

export const ZERO_FEN = 0 as Fen;

/** Throws when `value` isn't an integer that a double holds exactly. */
export function fen(value: number): Fen {
  // Not assert(): its message would be put together on every call, and this is called for every amount there is.
  if (!Number.isSafeInteger(value)) throw new InvariantError(`not a safe integer amount of fen: ${value}`);
  return (value === 0 ? 0 : value) as Fen;
}

/** Throws unless 0 ≤ value ≤ 1,000,000 (a hundredfold), the range any published ratio or multiplier has. */
export function basisPoints(value: number): BasisPoints {
  assert(Number.isInteger(value) && value >= 0 && value <= 1_000_000, `not basis points: ${value}`);
  return value as BasisPoints;
}

export function addFen(a: Fen, b: Fen): Fen {
  return fen(a + b);
}

export function subtractFen(a: Fen, b: Fen): Fen {
  return fen(a - b);
}

export function negateFen(a: Fen): Fen {
  return fen(-a);
}

export function sumFen(amounts: Iterable<Fen>): Fen {
  let total = 0;
  for (const amount of amounts) total += amount;
  return fen(total);
}

export function minFen(a: Fen, b: Fen): Fen {
  return a < b ? a : b;
}

export function maxFen(a: Fen, b: Fen): Fen {
  return a > b ? a : b;
}
