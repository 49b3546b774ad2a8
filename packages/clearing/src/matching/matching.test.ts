import { describe, expect, test } from '@jest/globals';
import type { Instant } from '@yijie/calendar';
import { fen, NO_SHARES, negateShares, type Shares } from '@yijie/money';
import { defaultFundColumns } from '../funds.ts';
import { checkFact } from './check-fact.ts';
import { cancelsOut, compareFacts, contradiction } from './compare-facts.ts';
import type { SettlementFact } from './fact.ts';

const SHARES: Shares = { ...NO_SHARES, poolFundFen: fen(3_000_000), personalCashFen: fen(2_000_000) };
const FACT: SettlementFact = {
  settlementId: '01',
  visitKind: 'inpatient',
  scheme: 'employee',
  homePool: '220100',
  treatmentPool: '110000',
  institutionCode: 'H11010100001',
  settledAt: 1_772_000_000_000 as Instant,
  totalFen: fen(5_000_000),
  shares: SHARES,
  policyVersion: '220100/employee@2026-01-01',
};
const REFUND: SettlementFact = {
  ...FACT,
  settlementId: '02',
  originalId: '01',
  totalFen: fen(-5_000_000),
  shares: negateShares(SHARES),
};
const rules = {
  isPool: (code: string) => ['220100', '110000'].includes(code),
  fundColumns: () => defaultFundColumns,
};

describe('two sides', () => {
  test('match when they say the same', () => {
    expect(compareFacts(FACT, { ...FACT })).toEqual([]);
  });

  test('differ field by field, with the amounts of both', () => {
    const shares = { ...SHARES, poolFundFen: fen(2_999_999), personalCashFen: fen(2_000_001) };
    expect(compareFacts(FACT, { ...FACT, shares, policyVersion: 'other' })).toEqual([
      { field: 'policyVersion', treatment: '220100/employee@2026-01-01', home: 'other' },
      { field: 'poolFundFen', treatment: '3000000', home: '2999999' },
      { field: 'personalCashFen', treatment: '2000000', home: '2000001' },
    ]);
  });

  test('one says refund and the other settlement', () => {
    expect(compareFacts(REFUND, { ...REFUND, originalId: undefined })).toEqual([
      { field: 'originalId', treatment: '01', home: '' },
    ]);
  });
});

test('a side contradicts itself in a field', () => {
  expect(contradiction(FACT, { ...FACT })).toBeUndefined();
  expect(contradiction(FACT, { ...FACT, scheme: 'resident' })).toEqual({
    field: 'scheme',
    stored: 'employee',
    received: 'resident',
  });
});

test.each<[string, SettlementFact, SettlementFact, boolean]>([
  ['a settlement and its refund', FACT, REFUND, true],
  ['the refund of another', { ...FACT, settlementId: '03' }, REFUND, false],
  ['a refund one fen short', FACT, { ...REFUND, totalFen: fen(-4_999_999) }, false],
  [
    'a refund with other shares',
    FACT,
    { ...REFUND, shares: { ...NO_SHARES, poolFundFen: fen(-5_000_000) } },
    false,
  ],
])('%s are nothing together: %#', (_, settlement, refund, expected) => {
  expect(cancelsOut(settlement, refund)).toBe(expected);
});

describe('a fact by itself', () => {
  test.each<[string, SettlementFact, string | undefined]>([
    ['in order', FACT, undefined],
    ['a refund in order', REFUND, undefined],
    ['free of charge', { ...FACT, totalFen: fen(0), shares: NO_SHARES }, undefined],
    ['one fen short', { ...FACT, totalFen: fen(4_999_999) }, 'CLR-SUM'],
    ['a negative settlement', { ...REFUND, originalId: undefined }, 'CLR-SIDE'],
    ['a positive refund', { ...FACT, originalId: '00' }, 'CLR-SIDE'],
    [
      'a negative share',
      { ...FACT, shares: { ...SHARES, poolFundFen: fen(5_000_001), personalCashFen: fen(-1) } },
      'CLR-SIDE',
    ],
    ['an unknown home pool', { ...FACT, homePool: '220999' }, 'CLR-REGION'],
    ['an unknown treatment pool', { ...FACT, treatmentPool: '120000' }, 'CLR-REGION'],
    [
      'serious-illness money of an employee',
      { ...FACT, shares: { ...NO_SHARES, seriousIllnessFen: fen(5_000_000) } },
      'CLR-FUNDCOL',
    ],
  ])('%s', (_, fact, code) => {
    expect(checkFact(fact, rules)?.code).toBe(code);
  });
});
