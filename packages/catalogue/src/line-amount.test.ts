import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isLineAmount, lineAmount } from './line-parts.ts';

describe('the amount of a line', () => {
  test.each([
    // quantity, unit price (ten-thousandths), fen
    [20_000, 25_600, 512],
    [10_000, 0, 0],
    [10_000, 49, 0],
    [10_000, 50, 1],
    [5_000, 100, 1],
    [5_000, 99, 0],
    [3_333, 10_000, 33],
    [3_350, 10_000, 34],
    [-5_000, 100, -1],
    [-5_000, 99, 0],
    [-20_000, 25_600, -512],
    // past 2^53: 9,000,050.0007 units at 100.0003 yuan
    [90_000_500_007, 1_000_003, 90_000_770_009],
  ])('%i × %i is %i fen', (quantityE4, unitPriceE4, fen) => {
    expect(lineAmount(quantityE4, unitPriceE4)).toBe(fen);
  });

  test('agrees with whole-number arithmetic, and one fen more or less is wrong', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000_000_000_000 }),
        fc.integer({ min: 0, max: 1_000_000_000_000 }),
        (quantityE4, unitPriceE4) => {
          const exact = Number((BigInt(quantityE4) * BigInt(unitPriceE4) + 500_000n) / 1_000_000n);
          fc.pre(exact <= 100_000_000_000);
          expect(lineAmount(quantityE4, unitPriceE4)).toBe(exact);
          for (const [amount, isRight] of [
            [exact - 1, false],
            [exact, true],
            [exact + 1, false],
          ] as const) {
            expect(isLineAmount(quantityE4, unitPriceE4, amount)).toBe(isRight);
            expect(isLineAmount(-quantityE4, unitPriceE4, -amount)).toBe(isRight);
          }
        },
      ),
    );
  });
});
