import { describe, expect, test } from '@jest/globals';
import { type Fen, fen } from '@yijie/money';
import { compareDetail, compareTotals, type DetailRow, type Totals } from './hospital-check.ts';

const LINE: Totals = {
  scheme: 'employee',
  visitKind: 'inpatient',
  isRefunds: false,
  times: 2,
  medicalFen: fen(1_000),
  fundFen: fen(600),
  accountFen: fen(100),
};
const ZERO = { times: 0, medicalFen: 0, fundFen: 0, accountFen: 0 };

describe('totals', () => {
  test.each<[string, readonly Totals[], readonly Totals[], readonly object[]]>([
    ['agree', [LINE], [{ ...LINE }], []],
    ['agree over nothing', [], [], []],
    [
      'differ by one fen',
      [LINE],
      [{ ...LINE, fundFen: fen(601) }],
      [{ hospital: LINE, centre: { ...LINE, fundFen: 601 } }],
    ],
    [
      'differ by one time',
      [{ ...LINE, times: 1 }],
      [LINE],
      [{ hospital: { ...LINE, times: 1 }, centre: LINE }],
    ],
    ['that the hospital lacks', [], [LINE], [{ hospital: { ...LINE, ...ZERO }, centre: LINE }]],
    ['that the centre lacks', [LINE], [], [{ hospital: LINE, centre: { ...LINE, ...ZERO } }]],
    [
      'of refunds are counted apart',
      [{ ...LINE, isRefunds: true }],
      [LINE],
      [
        { hospital: { ...LINE, ...ZERO }, centre: LINE },
        { hospital: { ...LINE, isRefunds: true }, centre: { ...LINE, ...ZERO, isRefunds: true } },
      ],
    ],
  ])('%s', (_, hospital, centre, expected) => {
    expect(compareTotals(hospital, centre)).toEqual(expected);
  });
});

describe('details', () => {
  const row = (settlementId: string, change: Partial<DetailRow> = {}): DetailRow => ({
    settlementId,
    isRefund: false,
    medicalFen: fen(1_000),
    fundFen: fen(600),
    accountFen: fen(0),
    ...change,
  });

  test.each<[string, readonly DetailRow[], readonly DetailRow[], readonly string[]]>([
    ['agree', [row('a'), row('b')], [row('b'), row('a')], []],
    ['one is missing at the hospital', [], [row('a')], ['a MISSING_AT_HOSPITAL']],
    ['one is missing at the centre', [row('a')], [], ['a MISSING_AT_CENTRE']],
    ['an amount differs', [row('a')], [row('a', { accountFen: 1 as Fen })], ['a AMOUNT_DIFF']],
    ['one side refunded', [row('a')], [row('a', { isRefund: true })], ['a STATUS_DIFF']],
    [
      'several, in order of id',
      [row('b')],
      [row('c'), row('a')],
      ['a MISSING_AT_HOSPITAL', 'b MISSING_AT_CENTRE', 'c MISSING_AT_HOSPITAL'],
    ],
  ])('%s', (_, hospital, centre, expected) => {
    expect(
      compareDetail(hospital, centre).map(({ settlementId, kind }) => `${settlementId} ${kind}`),
    ).toEqual(expected);
  });
});
