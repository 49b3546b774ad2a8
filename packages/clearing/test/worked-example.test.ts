import { describe, expect, test } from '@jest/globals';
import { sumShares } from '@yijie/money';
import {
  buildRunTables,
  cellsOf,
  compareModes,
  partiesIn,
  type RunTables,
  sumFunds,
  transfersOf,
} from '../src/index.ts';
import {
  EXAMPLE_PERIOD,
  exampleDeduction,
  exampleMarch,
  exampleNames,
  exampleRows,
} from '../src/worked-example/worked-example.ts';
import { figures } from './figures.ts';

/** The tables of one run owner for March, as the example has them. */
function march(owner: string): RunTables {
  const parties = partiesIn(owner, exampleDeduction);
  return buildRunTables({
    owner,
    period: EXAMPLE_PERIOD,
    cells: cellsOf(owner, exampleMarch, [exampleDeduction]),
    deductions: parties === undefined ? [] : [{ deduction: exampleDeduction, ...parties }],
    names: exampleNames,
  });
}

function tablesOf(run: RunTables, party: string) {
  const found = run.parties.find((one) => one.party === party);
  if (found === undefined) throw new Error(`no tables of ${party}`);
  return found;
}

const national = march('CN');
const jilin = tablesOf(national, '220000');

describe('(a) the rows', () => {
  test.each([
    ['S1', 50_000, 34_000],
    ['S2', 28_000, 16_000],
    ['S3', 3_000, 2_800],
    ['S4', 20_000, 15_000],
    ['S5', 12_000, 8_000],
    ['S6', -6_000, -3_200],
  ] as const)('%s: total %i, claimed %i, and the shares add up to the bill', (id, total, claimed) => {
    const row = exampleRows[id];
    expect(row.medicalFen / 100).toBe(total);
    expect(sumFunds(row.clearing) / 100).toBe(claimed);
    expect(
      sumShares({
        ...row.clearing,
        personalCashFen: row.personalCashFen,
        hospitalPartFen: row.hospitalPartFen,
      }),
    ).toBe(row.medicalFen);
  });
});

describe('(b) pair × scheme', () => {
  test.each([
    ['220000', '110000', 34_000, 1_500, 32_500, 16_000],
    ['440000', '110000', 2_800, 0, 2_800, 0],
    ['110000', '440000', 15_000, 0, 15_000, 0],
    ['440000', '220000', 8_000, 0, 8_000, -3_200],
  ])('%s → %s', (payer, payee, claimed, deducted, employee, resident) => {
    const pair = national.pairs.find((one) => one.payer === payer && one.payee === payee);
    expect(pair?.employee.clearingFen).toBe(claimed * 100);
    expect(pair?.employee.deductedFen).toBe(deducted * 100);
    expect(pair?.employee.netFen).toBe(employee * 100);
    expect(pair?.resident.netFen).toBe(resident * 100);
  });

  test('there are four pairs', () => {
    expect(national.pairs).toHaveLength(4);
  });
});

test('(c) table 9, national level', () => {
  const columns = ['pay_emp', 'pay_res', 'pay_amt', 'rcv_emp', 'rcv_res', 'rcv_amt', 'balance_amt'];
  const row = (...values: number[]) => Object.fromEntries(columns.map((name, at) => [name, values[at]]));
  expect(figures(national.clearing, 'region_code', columns)).toEqual({
    110000: row(15_000, 0, 15_000, 35_300, 16_000, 51_300, 36_300),
    220000: row(32_500, 16_000, 48_500, 8_000, -3_200, 4_800, -43_700),
    440000: row(10_800, -3_200, 7_600, 15_000, 0, 15_000, 7_400),
    合计: row(58_300, 12_800, 71_100, 58_300, 12_800, 71_100, 0),
  });
});

describe('(d) tables 10 and 11', () => {
  test('payments of 220000', () => {
    const columns = ['emp_clr', 'emp_deduct', 'emp_amt', 'res_amt', 'net_amt'];
    const line = { emp_clr: 34_000, emp_deduct: 1_500, emp_amt: 32_500, res_amt: 16_000, net_amt: 48_500 };
    expect(figures(jilin.payments, 'counter_code', columns)).toEqual({ 110000: line, 合计: line });
  });

  test('receipts of 220000, with the refund as a negative resident component', () => {
    const line = { emp_amt: 8_000, res_amt: -3_200, net_amt: 4_800, psn_times: 0 };
    expect(figures(jilin.receipts, 'counter_code', Object.keys(line))).toEqual({ 440000: line, 合计: line });
  });

  test.each([
    ['10 of 110000', 'receipts', '110000', { 220000: 48_500, 440000: 2_800, 合计: 51_300 }],
    ['11 of 110000', 'payments', '110000', { 440000: 15_000, 合计: 15_000 }],
    ['10 of 440000', 'receipts', '440000', { 110000: 15_000, 合计: 15_000 }],
    ['11 of 440000', 'payments', '440000', { 110000: 2_800, 220000: 4_800, 合计: 7_600 }],
  ] as const)('%s', (_, side, party, amounts) => {
    const expected = Object.entries(amounts).map(([counterparty, net_amt]) => [counterparty, { net_amt }]);
    expect(figures(tablesOf(national, party)[side], 'counter_code', ['net_amt'])).toEqual(
      Object.fromEntries(expected),
    );
  });
});

describe('(e) tables 12 and 13', () => {
  test('employee funds of 220000 as payer', () => {
    const { 付款合计: paid } = figures(jilin.employeeFunds, 'counter_code', [
      'psn_times',
      'medfee_amt',
      'hifp',
      'hifob',
      'cvlserv',
      'hifes',
      'hifmi',
      'maf',
      'oth',
      'acct_own',
      'acct_family',
      'clr_amt',
      'deduct_hifp',
      'deduct_hifob',
      'deduct_amt',
      'net_amt',
    ]);
    expect(paid).toEqual({
      psn_times: 1,
      medfee_amt: 50_000,
      hifp: 30_000,
      hifob: 4_000,
      cvlserv: 0,
      hifes: 0,
      hifmi: 0,
      maf: 0,
      oth: 0,
      acct_own: 0,
      acct_family: 0,
      clr_amt: 34_000,
      deduct_hifp: 1_500,
      deduct_hifob: 0,
      deduct_amt: 1_500,
      net_amt: 32_500,
    });
  });

  test('resident funds of 220000: paid to 110000, and received back from 440000', () => {
    const columns = ['psn_times', 'medfee_amt', 'hifp', 'hifmi', 'maf', 'clr_amt', 'net_amt'];
    const row = (...values: number[]) => Object.fromEntries(columns.map((name, at) => [name, values[at]]));
    expect(figures(jilin.residentFunds, 'counter_code', columns)).toEqual({
      110000: row(1, 28_000, 14_000, 1_200, 800, 16_000, 16_000),
      440000: row(-1, -6_000, -2_900, -300, 0, -3_200, -3_200),
      付款合计: row(1, 28_000, 14_000, 1_200, 800, 16_000, 16_000),
      收款合计: row(-1, -6_000, -2_900, -300, 0, -3_200, -3_200),
    });
  });
});

test('(f) table 14: S1, basic fund, 1,500.00, stage A', () => {
  const columns = [
    'setl_id',
    'deduct_hifp',
    'deduct_amt',
    'stage',
    'reason_code',
    'orig_period',
    'direction',
  ];
  expect(figures(jilin.deductions, 'deduct_id', columns).D1).toEqual({
    setl_id: exampleRows.S1.settlementId,
    deduct_hifp: 1_500,
    deduct_amt: 1_500,
    stage: 'A',
    reason_code: 'OVER_LIMIT_DRUG',
    orig_period: '202603',
    direction: 'PAY',
  });
});

describe('(g) transfers', () => {
  const rules = { owner: 'CN', splitByScheme: false };
  const yuan = (mode: 'GROSS' | 'HUB' | 'PAIR', splitByScheme = false) =>
    transfersOf(national.pairs, { ...rules, mode, splitByScheme }).map(
      ({ payer, payee, kind, employeeFen, residentFen, amountFen }) =>
        `${payer}→${payee} ${kind} ${employeeFen / 100} + ${residentFen / 100} = ${amountFen / 100}`,
    );

  test('gross: a line per ordered pair', () => {
    expect(yuan('GROSS')).toEqual([
      '110000→440000 NORMAL 15000 + 0 = 15000',
      '220000→110000 NORMAL 32500 + 16000 = 48500',
      '440000→110000 NORMAL 2800 + 0 = 2800',
      '440000→220000 NORMAL 8000 + -3200 = 4800',
    ]);
  });

  test('hub: each region’s balance with its components', () => {
    expect(yuan('HUB')).toEqual([
      '220000→CN NORMAL 24500 + 19200 = 43700',
      'CN→110000 NORMAL 20300 + 16000 = 36300',
      'CN→440000 NORMAL 4200 + 3200 = 7400',
    ]);
  });

  test('pair: what two regions owe each other is offset', () => {
    expect(yuan('PAIR')).toEqual([
      '110000→440000 NORMAL 12200 + 0 = 12200',
      '220000→110000 NORMAL 32500 + 16000 = 48500',
      '440000→220000 NORMAL 8000 + -3200 = 4800',
    ]);
  });

  test('split by scheme: the refund of residents becomes a return line of its own', () => {
    expect(yuan('GROSS', true)).toEqual([
      '110000→440000 NORMAL 15000 + 0 = 15000',
      '220000→110000 NORMAL 32500 + 0 = 32500',
      '220000→110000 NORMAL 0 + 16000 = 16000',
      '220000→440000 RETURN 0 + 3200 = 3200',
      '440000→110000 NORMAL 2800 + 0 = 2800',
      '440000→220000 NORMAL 8000 + 0 = 8000',
    ]);
  });

  test('what each mode would move', () => {
    expect(compareModes(national.pairs, rules)).toEqual([
      { mode: 'GROSS', transfers: 4, movedFen: 7_110_000 },
      { mode: 'HUB', transfers: 3, movedFen: 8_740_000 },
      { mode: 'PAIR', transfers: 3, movedFen: 6_550_000 },
    ]);
  });
});

describe('(h) one level down', () => {
  test.each([
    ['220000', 'pay', { 220100: 32_500, 220200: 16_000 }],
    ['440000', 'pay', { 440100: -400, 440300: 8_000 }],
    ['220000', 'rcv', { 220100: 8_000, 220200: -3_200 }],
    ['440000', 'rcv', { 440100: 15_000, 440300: 0 }],
    ['110000', 'rcv', { 110000: 51_300 }],
  ] as const)('pools of %s, %s_amt', (province, side, amounts) => {
    const rows = figures(march(province).clearing, 'region_code', [`${side}_amt`]);
    for (const [pool, amount] of Object.entries(amounts)) {
      expect([pool, rows[pool]]).toEqual([pool, { [`${side}_amt`]: amount }]);
    }
  });

  test('in Guangdong the pool whose refunds exceed gets its money back from the platform', () => {
    const { pairs } = march('440000');
    const rules = { owner: '440000', splitByScheme: false, mode: 'GROSS' } as const;
    expect(
      transfersOf(pairs, rules).map(({ payer, payee, kind, amountFen }) => [payer, payee, kind, amountFen]),
    ).toEqual([
      ['440000P', '440100', 'NORMAL', 1_500_000],
      ['440000P', '440100', 'RETURN', 40_000],
      ['440300', '440000P', 'NORMAL', 800_000],
    ]);
  });
});
