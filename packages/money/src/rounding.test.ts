import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type BasisPoints, type Fen, fen } from './fen.ts';
import { divideHalfUp, shareOf } from './rounding.ts';

describe('shareOf', () => {
  test.each([
    [100, 7_000, 70],
    [1, 5_000, 1],
    [1, 4_999, 0],
    [3, 5_000, 2],
    [0, 10_000, 0],
  ])('%i fen at %i bp is %i', (amount, ratio, expected) => {
    expect(shareOf(amount as Fen, ratio as BasisPoints)).toBe(expected);
  });

  test('past 2^53 the product is exact', () => {
    const amount = fen(9_000_000_000_000_001);
    expect(shareOf(amount, 10_000 as BasisPoints)).toBe(amount);
    expect(divideHalfUp(amount, 1, 2)).toBe(4_500_000_000_000_001);
  });

  test('share and complement differ from the whole by at most one fen, and agree with bigint', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 50 }), fc.integer({ min: 0, max: 10_000 }), (amount, ratio) => {
        const share = shareOf(amount as Fen, ratio as BasisPoints);
        expect(BigInt(share)).toBe((2n * BigInt(amount) * BigInt(ratio) + 10_000n) / 20_000n);
      }),
    );
  });
});
