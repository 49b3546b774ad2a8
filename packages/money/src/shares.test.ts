import { describe, expect, test } from '@jest/globals';
import { InvariantError } from './assert.ts';
import { type Fen, fen } from './fen.ts';
import {
  assertShares,
  clearingAmount,
  fundTotal,
  NO_SHARES,
  negateShares,
  type Shares,
  sumShares,
} from './shares.ts';

const shares: Shares = {
  ...NO_SHARES,
  poolFundFen: fen(700),
  largeAmountFen: fen(50),
  ownAccountFen: fen(100),
  personalCashFen: fen(140),
  hospitalPartFen: fen(10),
};

describe('shares', () => {
  test('sum, fund total and clearing amount', () => {
    expect(sumShares(shares)).toBe(1_000);
    expect(fundTotal(shares)).toBe(750);
    expect(clearingAmount(shares)).toBe(850);
  });

  test('a refund negates every part and keeps the identities', () => {
    const refund = negateShares(shares);
    expect(sumShares(refund)).toBe(-1_000);
    expect(Object.values(refund).some((part) => Object.is(part, -0))).toBe(false);
    assertShares(refund, fen(-1_000));
  });

  test.each([
    ['one fen too many', shares, 999],
    ['one fen too few', shares, 1_001],
    ['a negative part', { ...shares, poolFundFen: -1 as Fen, personalCashFen: fen(841) }, 1_000],
    [
      'a positive part in a refund',
      { ...negateShares(shares), poolFundFen: fen(1), personalCashFen: fen(-841) },
      -1_000,
    ],
  ])('%s is a broken invariant', (_, broken, total) => {
    expect(() => assertShares(broken as Shares, fen(total))).toThrow(InvariantError);
  });
});
