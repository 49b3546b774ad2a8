import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { localDate, startOfDay } from '@yijie/calendar';
import { type Fen, sumShares } from '@yijie/money';
import {
  type AdvanceEntry,
  adjustmentEntry,
  adjustmentTransfers,
  adjustQuota,
  applyForYearEnd,
  applyRunCommand,
  bothSchemes,
  buildRunTables,
  buildTable16,
  buildTable17,
  buildTable18,
  buildTable61,
  buildTable62,
  cellsOf,
  checkR3,
  checkR5,
  checkR14,
  closingOf,
  compareModes,
  decideMembership,
  defaultParameters,
  hashRun,
  heldBy,
  openRun,
  opineOnYearEnd,
  partiesIn,
  period,
  type Run,
  type RunCommand,
  type RunTables,
  sumFunds,
  transfersOf,
  urgentOffer,
  usageOf,
  type YearEndApplication,
  yearEndAdjust,
  yearEndTransfers,
} from '../src/index.ts';
import {
  EXAMPLE_PERIOD,
  exampleDeduction,
  exampleMarch,
  exampleNames,
  exampleQuotas,
  exampleRows,
  exampleYearEnd,
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

describe('the February stay that S6 undoes', () => {
  const february = buildRunTables({
    owner: 'CN',
    period: period(202602),
    cells: cellsOf('CN', [exampleRows.S0], []),
    deductions: [],
  });

  test('is cleared by the run of 202602: 440000 owes 220000 3,200', () => {
    expect(figures(tablesOf(february, '440000').payments, 'counter_code', ['res_amt', 'net_amt'])).toEqual({
      220000: { res_amt: 3_200, net_amt: 3_200 },
      合计: { res_amt: 3_200, net_amt: 3_200 },
    });
  });

  test('is generated, signed, paid and closed before March', () => {
    const run = closedRun(february);
    expect([run.state, run.revision]).toEqual(['CLOSED', 1]);
  });

  test('so S6 enters the run of 202603; without it, it would be carried', () => {
    const place = { national: period(202602), home: period(202602), treatment: period(202602) };
    const { settledPeriod, homePool, treatmentPool } = exampleRows.S6;
    const enter = (original: typeof place | 'NOT_CLEARED') =>
      decideMembership(
        {
          settledPeriod,
          homePool,
          treatmentPool,
          isMatched: true,
          isConfirmed: true,
          original,
          isAdmittedLate: false,
        },
        () => ({ openPeriod: 202603, closedYear: 2025 }),
        2,
      );
    expect(enter(place)).toMatchObject({ isCleared: true, membership: { national: 202603 } });
    expect(enter('NOT_CLEARED')).toEqual({ isCleared: false, reasons: ['ORIGINAL_NOT_CLEARED'] });
  });
});

/** Walks a run of 202602 through every state, by the persons that may. */
function closedRun(tables: RunTables): Run {
  const content = hashRun(tables, (text) => createHash('sha256').update(text).digest('hex'));
  const on = (day: string, by: string) => ({ by, at: startOfDay(localDate(day)), today: localDate(day) });
  const steps: RunCommand[] = [
    { event: 'cut', previous: undefined, ...on('2026-03-20', 'NC-1') },
    {
      event: 'generate',
      content,
      failures: [...checkR3(tables), ...checkR5(tables)],
      ...on('2026-03-21', 'NC-1'),
    },
    { event: 'submit', ...on('2026-03-21', 'NC-1') },
    ...[...content.partyHashes].map(([party, contentHash]): RunCommand => {
      const signature = { keyId: `key of ${party}`, signature: 'verified' };
      return {
        event: 'sign',
        party,
        revision: 1,
        contentHash,
        ...signature,
        ...on('2026-03-24', `PS-${party}`),
      };
    }),
    { event: 'confirm', national: undefined, ...on('2026-03-25', 'NC-1') },
    { event: 'notice', ...on('2026-03-31', 'FI-1') },
    { event: 'pay', ...on('2026-04-20', 'FI-1') },
    { event: 'close', openLines: 0, ...on('2026-04-21', 'NC-1') },
  ];
  return steps.reduce(
    (run, step) => {
      const reply = applyRunCommand(run, step, defaultParameters);
      if (!reply.ok) throw new Error(`${step.event}: ${reply.code}`);
      return reply.run;
    },
    openRun('CN', period(202602)),
  );
}

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

const nationalContext = {
  owner: 'CN',
  level: 'NATIONAL',
  headings: new Map(),
  nameOf: (party: string) => party,
} as const;
const adjustments = exampleQuotas.map((input) => adjustQuota(input, defaultParameters));

describe('(i) table 6, the advance adjustment for 2026', () => {
  const table = buildTable61(adjustments, localDate('2026-02-28'), nationalContext);

  test('quota of each pair: twice the monthly average of the last quarter', () => {
    const yuan = adjustments.map(({ payer, payee, averageFen, quotaNewFen, quotaOldFen, adjustFen }) => [
      `${payer}→${payee}`,
      ...[averageFen, quotaNewFen, quotaOldFen, adjustFen].map((fen) => fen / 100),
    ]);
    expect(yuan).toEqual([
      ['220000→110000', 30_000, 60_000, 52_000, 8_000],
      ['440000→110000', 1_500, 3_000, 3_000, 0],
      ['110000→440000', 8_000, 16_000, 18_000, -2_000],
      ['220000→440000', 200, 400, 0, 400],
      ['440000→220000', 4_000, 8_000, 6_500, 1_500],
      ['110000→220000', 500, 1_000, 1_000, 0],
    ]);
  });

  test('money: 220000 pays 8,000 and 400, 440000 pays 1,500 and returns 2,000; 11,900 in all', () => {
    const moves = adjustmentTransfers(adjustments);
    expect(moves.map(({ payer, payee, kind, amountFen }) => [payer, payee, kind, amountFen / 100])).toEqual([
      ['220000', '110000', 'NORMAL', 8_000],
      ['440000', '110000', 'RETURN', 2_000],
      ['220000', '440000', 'NORMAL', 400],
      ['440000', '220000', 'NORMAL', 1_500],
    ]);
    const sum = (side: 'payer' | 'payee', party: string) =>
      moves.filter((one) => one[side] === party).reduce((total, one) => total + one.amountFen, 0) / 100;
    expect(['220000', '440000', '110000'].map((party) => sum('payer', party))).toEqual([8_400, 3_500, 0]);
    expect(['110000', '440000', '220000'].map((party) => sum('payee', party))).toEqual([10_000, 400, 1_500]);
  });

  test('6-1 with the totals of each region, 6-2 with payable, receivable and net', () => {
    expect(figures(table, 'payee_code', ['quota_new', 'pay_amt', 'refund_amt'])['220000小计']).toEqual({
      quota_new: 60_400,
      pay_amt: 8_400,
      refund_amt: 0,
    });
    expect(figures(table, 'payee_code', ['quota_factor', 'adjust_amt']).合计).toEqual({
      quota_factor: null,
      adjust_amt: 7_900,
    });
    const guangdong = buildTable62('440000', adjustments, localDate('2026-02-28'), nationalContext);
    const { 付款合计, 收款合计, 差额 } = figures(guangdong, 'counter_code', ['adjust_amt']);
    expect([付款合计, 收款合计, 差额]).toEqual([
      { adjust_amt: 1_500 },
      { adjust_amt: -1_600 },
      { adjust_amt: -3_100 },
    ]);
  });

  test('R14 holds: 6-2 against 6-1, and the ledger against the quota once it is paid', () => {
    const parties = ['110000', '220000', '440000'].map((party) =>
      buildTable62(party, adjustments, localDate('2026-02-28'), nationalContext),
    );
    const ledger = paidLedger();
    const inForce = adjustments.map(({ payer, payee, quotaNewFen }) => ({
      payer,
      payee,
      closingFen: bothSchemes(closingOf(ledger, payer, payee)),
      inForceFen: quotaNewFen,
    }));
    expect(checkR14(table, parties, inForce)).toEqual([]);
  });
});

/** The advance ledger with last year's quotas and the adjustments of (i), all paid. */
function paidLedger(): AdvanceEntry[] {
  return [
    ...exampleQuotas.map(({ payer, payee, quotaOld }) => ({
      payer,
      payee,
      kind: 'OPENING' as const,
      amount: quotaOld,
    })),
    ...adjustmentTransfers(adjustments).map(adjustmentEntry),
  ];
}

describe('(j) usage of the advance fund in March', () => {
  const ledger = paidLedger();
  const clearNet = (payee: string, payer?: string) =>
    national.pairs
      .filter((pair) => pair.payee === payee && (payer === undefined || pair.payer === payer))
      .reduce((sum, { employee, resident }) => sum + employee.netFen + resident.netFen, 0);
  const usage = (payee: string, urgentFen = 0) =>
    usageOf(clearNet(payee) as Fen, (heldBy(ledger, payee) + urgentFen) as Fen, defaultParameters);

  test.each([
    ['110000', 51_300, 63_000, 8_143, 'YELLOW'],
    ['440000', 15_000, 16_400, 9_146, 'RED'],
    ['220000', 4_800, 9_000, 5_333, 'NORMAL'],
  ])('%s: %i of %i is %i basis points, %s', (party, used, held, ratio, level) => {
    expect(usage(party)).toEqual({ usedFen: used * 100, heldFen: held * 100, ratio, level });
  });

  test('440000 may ask 110000 for 14,000 and 220000 for nothing; afterwards it uses 49.34 %', () => {
    const offer = (payer: string) =>
      urgentOffer(
        clearNet('440000', payer) as Fen,
        bothSchemes(closingOf(ledger, payer, '440000')),
        defaultParameters,
      );
    expect([offer('110000'), offer('220000')]).toEqual([1_400_000, 0]);
    expect(usage('440000', 1_400_000)).toMatchObject({ heldFen: 3_040_000, ratio: 4_934, level: 'NORMAL' });
  });
});

describe('(k) year end 2025', () => {
  const applications = exampleYearEnd.map(({ totals, changes }): YearEndApplication => {
    const applied = applyForYearEnd(2025, totals, changes, undefined);
    if (!applied.ok) throw new Error(applied.code);
    const confirmed = opineOnYearEnd(applied.application, { opinion: 'CONFIRM' });
    if (!confirmed.ok) throw new Error(confirmed.code);
    return confirmed.application;
  });
  const transfers = yearEndTransfers(applications, false);

  test('what each pair has to correct', () => {
    expect(
      applications.map((one) => [`${one.totals.payer}→${one.totals.payee}`, yearEndAdjust(one) / 100]),
    ).toEqual([
      ['220000→110000', -4_000],
      ['440000→220000', 1_500],
      ['110000→440000', 0],
    ]);
  });

  test('table 17: 220000 receives 4,000 back and 1,500 more', () => {
    expect(
      figures(buildTable17('220000', transfers, nationalContext), 'counter_code', ['kind', 'amt']),
    ).toEqual({
      110000: { kind: '退回', amt: 4_000 },
      440000: { kind: '补收', amt: 1_500 },
      合计: { kind: null, amt: 5_500 },
    });
  });

  test('table 18: 110000 pays 4,000 back, 440000 pays 1,500 more', () => {
    expect(
      figures(buildTable18('110000', transfers, nationalContext), 'counter_code', ['kind', 'amt']),
    ).toEqual({
      220000: { kind: '退付', amt: 4_000 },
      合计: { kind: null, amt: 4_000 },
    });
    expect(
      figures(buildTable18('440000', transfers, nationalContext), 'counter_code', ['kind', 'amt']),
    ).toEqual({
      220000: { kind: '补付', amt: 1_500 },
      合计: { kind: null, amt: 1_500 },
    });
  });

  test('table 16: out and in balance at 5,500', () => {
    const columns = ['pay_monthly_net', 'pay_final', 'pay_adjust', 'adj_out', 'adj_in', 'balance_amt'];
    const row = (...values: number[]) => Object.fromEntries(columns.map((name, at) => [name, values[at]]));
    const table = buildTable16(applications, transfers, nationalContext);
    expect(figures(table, 'region_code', columns)).toEqual({
      110000: row(180_000, 180_000, 0, 4_000, 0, -4_000),
      220000: row(360_000, 356_000, -4_000, 0, 5_500, 5_500),
      440000: row(96_000, 97_500, 1_500, 1_500, 0, -1_500),
      合计: row(636_000, 633_500, -2_500, 5_500, 5_500, 0),
    });
  });
});
