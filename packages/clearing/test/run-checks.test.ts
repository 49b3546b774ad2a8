import { describe, expect, test } from '@jest/globals';
import { type Fen, fen } from '@yijie/money';
import {
  buildRunTables,
  type CheckFailure,
  cellsOf,
  checkR1,
  checkR2,
  checkR3,
  checkR4,
  checkR5,
  checkR6,
  checkR7,
  checkR8,
  checkR17,
  checkR18,
  checkR20,
  type PartyTables,
  partiesIn,
  type RunTables,
  type SlipMoney,
  sumFunds,
  type Table,
} from '../src/index.ts';
import {
  EXAMPLE_PERIOD,
  exampleDeduction,
  exampleMarch,
  exampleRows,
} from '../src/worked-example/worked-example.ts';
import { withValue } from './figures.ts';

/** Every check on the worked example: silent as it stands, and naming the row once a figure of it is changed by a fen. */
function march(owner: string): RunTables {
  const parties = partiesIn(owner, exampleDeduction);
  return buildRunTables({
    owner,
    period: EXAMPLE_PERIOD,
    cells: cellsOf(owner, exampleMarch, [exampleDeduction]),
    deductions: parties === undefined ? [] : [{ deduction: exampleDeduction, ...parties }],
  });
}

const national = march('CN');
const CLAIMED = 7_260_000;

/** The run with one value of one party's table one fen off. */
function brokenParty(party: string, table: keyof Omit<PartyTables, 'party'>, column: string): RunTables {
  const parties = national.parties.map((one) =>
    one.party === party ? { ...one, [table]: withValue(one[table], 0, column, (value) => value + 1) } : one,
  );
  return { ...national, parties };
}

function brokenNine(column: string): RunTables {
  return { ...national, clearing: withValue(national.clearing, 0, column, (value) => value + 1) };
}

const rowsOf = (failures: readonly CheckFailure[]) => failures.map(({ row }) => row);

describe('as the example stands', () => {
  test.each(['CN', '110000', '220000', '440000'])('every check of the run of %s is silent', (owner) => {
    const run = march(owner);
    const rows = exampleMarch.filter((row) => partiesIn(owner, row) !== undefined);
    const claimed = rows.reduce((sum, { clearing }) => sum + sumFunds(clearing), 0);
    const counted = {
      settlements: rows.filter(({ kind }) => kind === 'settlement').length,
      refunds: rows.filter(({ kind }) => kind === 'refund').length,
    };
    expect([
      ...checkR2(claimed, run),
      ...checkR3(run),
      ...checkR4(run),
      ...checkR5(run),
      ...checkR6(run),
      ...checkR7(run),
      ...checkR8(run),
      ...(owner === 'CN' ? [] : checkR17(national, run)),
      ...checkR18(counted, run),
    ]).toEqual([]);
  });
});

describe('R1', () => {
  const slip: SlipMoney = {
    settlementId: 'S3',
    totalFen: fen(300_000),
    categoryFen: [fen(200_000), fen(100_000)],
    fundFen: fen(240_000),
    accountFen: fen(40_000),
    familyAccountFen: fen(15_000),
    personalCashFen: fen(20_000),
    hospitalPartFen: fen(0),
  };
  const negative = Object.fromEntries(
    Object.entries(slip).map(([name, value]) => [name, typeof value === 'number' ? -value : value]),
  ) as unknown as SlipMoney;

  test.each([
    ['a settlement', slip, []],
    ['a refund', { ...negative, categoryFen: [fen(-300_000)] }, []],
    ['a row without categories', { ...slip, categoryFen: undefined }, []],
    ['one fen too much cash', { ...slip, personalCashFen: fen(20_001) }, ['S3 shares']],
    ['one fen too little in the categories', { ...slip, categoryFen: [fen(299_999)] }, ['S3 categories']],
    [
      'a family account larger than the account',
      { ...slip, familyAccountFen: fen(40_001) },
      ['S3 family account within account'],
    ],
  ])('%s', (_, one, failing) => {
    expect(rowsOf(checkR1(one as SlipMoney))).toEqual(failing);
  });
});

test('R2: a claimed fen that table 9 lacks, and one it has too much', () => {
  expect(checkR2(CLAIMED, national)).toEqual([]);
  expect(rowsOf(checkR2(CLAIMED + 1, national))).toEqual(['9 pay_clr', '9 rcv_clr']);
  expect(checkR2(CLAIMED, brokenNine('rcv_clr'))).toEqual([
    { check: 'R2', row: '9 rcv_clr', expected: CLAIMED, found: CLAIMED + 1 },
  ]);
});

test('R3: payable and receivable apart, balances that leave a rest', () => {
  expect(rowsOf(checkR3(brokenNine('pay_amt')))).toEqual(['9 pay_amt = rcv_amt']);
  expect(rowsOf(checkR3(brokenNine('balance_amt')))).toEqual(['9 balance_amt']);
});

test.each([
  ['payments', '11', 'deduct_amt', '9 220000 pay_deduct = 11 deduct_amt'],
  ['payments', '11', 'psn_times', '9 220000 pay_times = 11 psn_times'],
  ['receipts', '10', 'net_amt', '9 220000 rcv_amt = 10 net_amt'],
] as const)('R4: %s (%s) %s against table 9', (table, _no, column, row) => {
  expect(rowsOf(checkR4(brokenParty('220000', table, column)))).toEqual([row]);
});

test('R5: the payer’s row against the payee’s, and a row that only one of them has', () => {
  expect(rowsOf(checkR5(brokenParty('220000', 'payments', 'ip_clr')))).toEqual(['11 220000→110000 ip_clr']);
  expect(rowsOf(checkR5(brokenParty('110000', 'receipts', 'carry_in_amt')))).toEqual([
    '11 220000→110000 carry_in_amt',
  ]);
  const parties = national.parties.map((one) =>
    one.party === '440000' ? { ...one, receipts: { ...one.receipts, rows: [] } as Table } : one,
  );
  expect(rowsOf(checkR5({ ...national, parties }))).toContain('11 110000→440000 net_amt');
});

test('R6: fund detail against the payments', () => {
  expect(rowsOf(checkR6(brokenParty('220000', 'residentFunds', 'clr_amt')))).toEqual([
    '11 220000 110000 res_clr',
    '11 220000 110000 clr_amt',
  ]);
  expect(rowsOf(checkR6(brokenParty('220000', 'employeeFunds', 'psn_times')))).toEqual([
    '11 220000 110000 psn_times',
  ]);
});

test('R7: a fund of the payer against the same of the payee', () => {
  expect(rowsOf(checkR7(brokenParty('220000', 'employeeFunds', 'hifob')))).toEqual([
    '12 220000→110000 hifob',
  ]);
});

test('R8: a deduction that the fund tables don’t show, and one that table 14 lacks', () => {
  expect(rowsOf(checkR8(brokenParty('220000', 'deductions', 'deduct_hifp')))).toEqual([
    '12 220000 PAY 110000 deduct_hifp',
  ]);
  const parties = national.parties.map((one) =>
    one.party === '220000' ? { ...one, deductions: { ...one.deductions, rows: [] } as Table } : one,
  );
  expect(rowsOf(checkR8({ ...national, parties }))).toEqual([
    '12 220000 PAY 110000 deduct_hifp',
    '12 220000 PAY 110000 deduct_amt',
    '11 220000 PAY 110000 deduct_amt',
  ]);
});

test('R17: the pools of a province against its national tables', () => {
  const jilin = march('220000');
  const parties = jilin.parties.map((one) =>
    one.party === '220200' ? { ...one, payments: withValue(one.payments, 0, 'net_amt', (n) => n + 1) } : one,
  );
  expect(checkR17(national, { ...jilin, parties })).toEqual([
    { check: 'R17', row: '11 220000 net_amt', expected: 4_850_000, found: 4_850_001 },
  ]);
});

test('R18: person-times against the rows, and kinds against their sum', () => {
  expect(rowsOf(checkR18({ settlements: 6, refunds: 1 }, national))).toEqual(['9 pay_times', '9 rcv_times']);
  expect(
    rowsOf(checkR18({ settlements: 5, refunds: 1 }, brokenParty('220000', 'payments', 'ch_times'))),
  ).toEqual(['11 220000 110000 psn_times']);
});

describe('R20', () => {
  const { clearing } = exampleRows.S1;
  const funds = (poolFundFen: number) => ({ ...exampleDeduction.funds, poolFundFen: poolFundFen as Fen });

  test.each([
    ['to the last fen', [2_850_000, 150_000], []],
    ['taken back with the refund', [150_000, -150_000], []],
    ['one fen too much over two periods', [2_850_000, 150_001], ['S1 hifp']],
    ['more taken back than was deducted', [150_000, -150_001], ['S1 hifp']],
  ])('%s', (_, amounts, failing) => {
    const deductions = amounts.map(funds);
    expect(rowsOf(checkR20([{ settlementId: 'S1', clearing, deductions }]))).toEqual(failing);
  });

  test('a fund that the settlement did not claim', () => {
    const deductions = [{ ...funds(0), medicalAidFen: 1 as Fen }];
    expect(rowsOf(checkR20([{ settlementId: 'S1', clearing, deductions }]))).toEqual(['S1 maf']);
  });
});
