import { describe, expect, test } from '@jest/globals';
import { type Instant, localDate, startOfDay } from '@yijie/calendar';
import { fen } from '@yijie/money';
import {
  adjustQuota,
  applyForYearEnd,
  buildRunTables,
  buildTable15,
  buildTable16,
  buildTable17,
  buildTable18,
  buildTable61,
  buildTable62,
  type Cell,
  cellsOf,
  checkR14,
  checkR15,
  checkR16,
  closeYear,
  defaultParameters,
  fundAmounts,
  NO_FUNDS,
  opineOnYearEnd,
  otherAdjusts,
  period,
  periodOf,
  quotaInputs,
  requestUrgent,
  sumCells,
  type UrgentRequest,
  usageOf,
  type YearEndApplication,
  type YearEndChanges,
  yearEndTransfers,
  yearOf,
  yearTotals,
} from '../src/index.ts';
import {
  exampleDeduction,
  exampleQuotas,
  exampleRows,
  exampleYearEnd,
} from '../src/worked-example/worked-example.ts';
import { withValue } from './figures.ts';

const context = {
  owner: 'CN',
  level: 'NATIONAL',
  headings: new Map(),
  nameOf: (party: string) => party,
} as const;
const rowsOf = (failures: readonly { row: string }[]) => failures.map(({ row }) => row);

/** Cells of one pair: 2025's November cleared in its month, its December in January with a row of 2026. */
const cell = (settled: number, clearing: number, deducted = 0): Cell => ({
  payer: '440000',
  payee: '220000',
  scheme: 'employee',
  visitKind: 'inpatient',
  settledPeriod: period(settled),
  times: 1,
  medicalFen: fen(clearing * 2),
  clearing: fundAmounts((name) => (name === 'poolFundFen' ? clearing : 0)),
  deducted: { ...NO_FUNDS, poolFundFen: fen(deducted) },
});
describe('R14', () => {
  const due = localDate('2026-02-28');
  const adjustments = exampleQuotas.map((input) => adjustQuota(input, defaultParameters));
  const platform = buildTable61(adjustments, due, context);
  const parties = ['110000', '220000', '440000'].map((party) =>
    buildTable62(party, adjustments, due, context),
  );

  test('a line of 6-2 that isn’t that of 6-1, and one that is missing', () => {
    const [first, ...others] = parties as [(typeof parties)[0], ...typeof parties];
    expect(
      rowsOf(checkR14(platform, [withValue(first, 0, 'emp_adjust', (n) => n + 1), ...others], [])),
    ).toEqual(['6-2 PAY 110000 220000 emp_adjust']);
    expect(rowsOf(checkR14(platform, others, []))).toEqual([
      '6-2 PAY 110000 220000',
      '6-2 PAY 110000 440000',
      '6-2 RCV 220000 110000',
      '6-2 RCV 440000 110000',
    ]);
  });

  test('money that isn’t the adjustment, and a ledger that isn’t the quota', () => {
    expect(
      rowsOf(
        checkR14(
          withValue(platform, 0, 'pay_amt', (n) => n + 1),
          parties,
          [],
        ),
      ),
    ).toEqual(['6-1 pay_amt − refund_amt = adjust_amt']);
    const pair = { payer: '220000', payee: '110000', inForceFen: fen(6_000_000) };
    expect(rowsOf(checkR14(platform, parties, [{ ...pair, closingFen: fen(5_999_999) }]))).toEqual([
      'advance ledger 220000→110000',
    ]);
  });
});

describe('quotas', () => {
  const months = (...pairs: [number, number][]) =>
    pairs.map(([employee, resident]) => ({ employeeFen: fen(employee), residentFen: fen(resident) }));
  const none = { employeeFen: fen(0), residentFen: fen(0) };
  const quota = (list: ReturnType<typeof months>, change = {}) => {
    const input = { payer: 'a', payee: 'b', months: list, quotaOld: none };
    const { quotaNewFen, quotaNew, averageFen } = adjustQuota(input, { ...defaultParameters, ...change });
    return [averageFen, quotaNewFen, quotaNew.employeeFen, quotaNew.residentFen];
  };

  test('from the unrounded average: 2 × 100/3 is 66.67, not 2 × 33.33', () => {
    expect(quota(months([50, 50], [0, 0], [0, 0]))).toEqual([33, 67, 33, 34]);
  });

  test('refunds beyond the claims give none; a negative scheme takes nothing from the other', () => {
    expect(quota(months([-100, 0], [0, 0], [0, 0]))).toEqual([-33, 0, 0, 0]);
    expect(quota(months([300, -90], [0, 0], [0, 0]))).toEqual([70, 140, 140, 0]);
    expect(quota(months([-90, 300], [0, 0], [0, 0]))).toEqual([70, 140, 0, 140]);
  });

  test('six months of last year’s cost', () => {
    const year = Array.from({ length: 12 }, (): [number, number] => [100, 1]);
    expect(quota(months(...year), { quotaBasis: 'LAST_YEAR_6M' })).toEqual([101, 606, 600, 6]);
  });
});

describe('what quotas are made of', () => {
  const november = { period: period(202511), cells: [cell(202511, 1_000, 100), cell(202510, 50)] };
  const january = { period: period(202601), cells: [cell(202512, 300)] };
  const held = [
    { payer: '440000', payee: '220000', closing: { employeeFen: fen(7), residentFen: fen(3) } },
    { payer: '110000', payee: '220000', closing: { employeeFen: fen(9), residentFen: fen(0) } },
  ];
  const monthsOf = (change: object) =>
    quotaInputs(2025, [november, january], held, { ...defaultParameters, ...change }).map((input) => [
      `${input.payer}→${input.payee}`,
      input.months.map(({ employeeFen }) => employeeFen),
      input.quotaOld.employeeFen + input.quotaOld.residentFen,
    ]);

  test('what was cleared in October to December, net of deductions', () => {
    expect(monthsOf({})).toEqual([
      ['110000→220000', [0, 0, 0], 9],
      ['440000→220000', [0, 950, 0], 10],
    ]);
  });

  test('or what was settled in them, whichever run cleared it', () => {
    expect(monthsOf({ quotaAmount: 'SETTLED' })).toEqual([
      ['110000→220000', [0, 0, 0], 9],
      ['440000→220000', [50, 900, 300], 10],
    ]);
  });

  test('or the whole year', () => {
    const [, [, months]] = monthsOf({ quotaBasis: 'LAST_YEAR_6M' }) as [unknown, [unknown, number[]]];
    expect(months).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 950, 0]);
  });
});

test.each([
  [6_999_999, 10_000_000, 'NORMAL', 7_000],
  [7_000_000, 10_000_000, 'YELLOW', 7_000],
  [8_999_999, 10_000_000, 'YELLOW', 9_000],
  [9_000_000, 10_000_000, 'RED', 9_000],
  [1, 0, 'RED', null],
  [0, 0, 'NORMAL', 0],
  [-5, 100, 'NORMAL', 0],
] as const)('%i of %i is %s', (used, held, level, ratio) => {
  expect(usageOf(fen(used), fen(held), defaultParameters)).toMatchObject({ level, ratio });
});

describe('an urgent increase', () => {
  const request: UrgentRequest = {
    payer: '110000',
    amountFen: fen(1_400_000),
    clearNetFen: fen(1_500_000),
    closingFen: fen(1_600_000),
    usage: usageOf(fen(1_500_000), fen(1_640_000), defaultParameters),
    signedOn: localDate('2026-04-29'),
    today: localDate('2026-05-07'),
    payerOverdue: { ok: true, days: 15, level: 'WARN' },
  };
  const yellow = usageOf(fen(1_400_000), fen(1_640_000), defaultParameters);
  test.each<[string, Partial<UrgentRequest>, string | number]>([
    ['all that is offered, on the third working day', {}, 1_400_000],
    ['less', { amountFen: fen(1) }, 1_400_000],
    ['more', { amountFen: fen(1_400_001) }, 'CLR-ADV-OVER'],
    ['nothing', { amountFen: fen(0) }, 'CLR-ADV-OVER'],
    ['while yellow', { usage: yellow }, 'CLR-ADV-LEVEL'],
    ['on the fourth working day', { today: localDate('2026-05-08') }, 'CLR-ADV-LATE'],
    [
      'of a payer that is overdue',
      { payerOverdue: { ok: true, days: 16, level: 'PUBLISH' } },
      'CLR-ADV-BLOCKED',
    ],
  ])('%s', (_, change, expected) => {
    const reply = requestUrgent({ ...request, ...change }, defaultParameters);
    expect(reply.ok ? reply.offeredFen : reply.code).toBe(expected);
  });
});

const runs = new Map([
  [202501, [cell(202412, 700)]],
  [202511, [cell(202511, 1_000, 100), cell(202410, 50)]],
  [202601, [cell(202512, 300, 20), cell(202601, 5_000)]],
]);

function yearBook() {
  const cells = [...runs.values()].flat();
  const [totals] = yearTotals(cells, 2025);
  const noChange: YearEndChanges = {
    yearDeductFen: fen(0),
    caseAdjustFen: fen(0),
    withheldReleaseFen: fen(0),
    otherAdjustFen: fen(0),
    otherNote: '',
    evidenceNo: '',
  };
  const applied = applyForYearEnd(2025, totals!, noChange, undefined);
  if (!applied.ok) throw new Error(applied.code);
  const receipts = [...runs]
    .filter(([run]) => run < 202601)
    .map(([run, inRun]) => {
      const tables = buildRunTables({ owner: 'CN', period: period(run), cells: inRun, deductions: [] });
      return tables.parties.find(({ party }) => party === '220000')!.receipts;
    });
  return {
    application: buildTable15('220000', [applied.application], context),
    all: yearTotals(cells, 2025),
    receipts,
    earlier: sumCells(
      [...runs.get(202501)!, ...runs.get(202511)!],
      (one) => yearOf(one.settledPeriod) < 2025,
    ),
    later: sumCells(runs.get(202601)!, (one) => yearOf(one.settledPeriod) === 2025),
  };
}

describe('R15', () => {
  test('the year’s rows, whichever runs cleared them', () => {
    const book = yearBook();
    expect(book.all).toMatchObject([{ times: 2, clearingFen: 1_300, deductedFen: 120 }]);
    expect(checkR15(book)).toEqual([]);
  });

  test('a figure of 15, a month’s table 10, a row left out', () => {
    const book = yearBook();
    const application = withValue(book.application, 0, 'psn_times', (n) => n + 1);
    expect(rowsOf(checkR15({ ...book, application }))).toEqual(['15 220000 440000 E psn_times']);
    const receipts = book.receipts.map((table, at) =>
      at === 0 ? withValue(table, 0, 'emp_clr', (n) => n + 1) : table,
    );
    expect(rowsOf(checkR15({ ...book, receipts }))).toEqual([
      '15 220000 440000 E monthly_clr from tables 10',
    ]);
    expect(rowsOf(checkR15({ ...book, later: [] }))).toEqual([
      '15 220000 440000 E monthly_clr from tables 10',
      '15 220000 440000 E monthly_deduct from tables 10',
    ]);
    const empty = { ...book.application, rows: [] };
    expect(rowsOf(checkR15({ ...book, application: empty }))).toContain('15 220000 440000 E monthly_clr');
  });
});

const confirmed = exampleYearEnd.map(({ totals, changes }): YearEndApplication => {
  const applied = applyForYearEnd(2025, totals, changes, undefined);
  const reply = applied.ok ? opineOnYearEnd(applied.application, { opinion: 'CONFIRM' }) : applied;
  if (!reply.ok) throw new Error(reply.code);
  return reply.application;
});

describe('R16', () => {
  const regions = ['110000', '220000', '440000'];
  const transfers = yearEndTransfers(confirmed, false);
  const summary = buildTable16(confirmed, transfers, context);
  const applications = regions.map((region) => buildTable15(region, confirmed, context));
  const receipts = regions.map((region) => buildTable17(region, transfers, context));
  const payments = regions.map((region) => buildTable18(region, transfers, context));

  test('holds for the worked example', () => {
    expect(checkR16(summary, applications, receipts, payments)).toEqual([]);
  });

  test('a figure of 16, an amount of 17, a line missing in 18', () => {
    const broken = withValue(summary, 0, 'pay_final', (n) => n + 1);
    expect(rowsOf(checkR16(broken, applications, receipts, payments))).toEqual(['16 110000 pay_final']);
    const more = receipts.map((table) =>
      table.owner === '220000' ? withValue(table, 0, 'emp_amt', (n) => n + 1) : table,
    );
    expect(rowsOf(checkR16(summary, applications, more, payments))).toEqual(['18/17 110000→220000 back']);
    const fewer = payments.map((table) => (table.owner === '440000' ? { ...table, rows: [] } : table));
    expect(rowsOf(checkR16(summary, applications, receipts, fewer))).toEqual([
      '16 440000 adj_out',
      '18/17 440000→220000 more',
    ]);
  });
});

describe('year-end applications', () => {
  const [example] = exampleYearEnd as [(typeof exampleYearEnd)[0]];
  const apply = (change: Partial<YearEndChanges>, previous?: 'APPLIED' | 'RETURNED' | 'CONFIRMED') => {
    const reply = applyForYearEnd(2025, example.totals, { ...example.changes, ...change }, previous);
    return reply.ok ? reply.application.state : reply.code;
  };

  test.each<[string, Parameters<typeof apply>, string]>([
    ['for the first time', [{}], 'APPLIED'],
    ['again after a return', [{}, 'RETURNED'], 'APPLIED'],
    ['twice', [{}, 'APPLIED'], 'CLR-YE-STATE'],
    ['without evidence', [{ evidenceNo: ' ' }], 'CLR-YE-EVIDENCE'],
    ['with other adjustments that nobody explains', [{ otherAdjustFen: fen(1) }], 'CLR-YE-EVIDENCE'],
    ['with a negative deduction', [{ yearDeductFen: fen(-1) }], 'CLR-YE-AMOUNT'],
  ])('%s', (_, args, expected) => {
    expect(apply(...args)).toBe(expected);
  });

  test('the home region confirms less, never more, or returns with a reason', () => {
    const applied = { year: 2025, ...example, state: 'APPLIED' } as YearEndApplication;
    const opine = (homeFen: number) => opineOnYearEnd(applied, { opinion: 'CONFIRM', homeFen: fen(homeFen) });
    expect(opine(35_600_000)).toMatchObject({ application: { state: 'CONFIRMED', homeFen: 35_600_000 } });
    expect(opine(35_599_999)).toMatchObject({ application: { homeFen: 35_599_999 } });
    expect(opine(35_600_001)).toMatchObject({ code: 'CLR-YE-AMOUNT' });
    expect(opineOnYearEnd(applied, { opinion: 'RETURN', reason: '' })).toMatchObject({ code: 'CLR-REASON' });
    const returned = opineOnYearEnd(applied, { opinion: 'RETURN', reason: '缺依据' });
    expect(returned).toMatchObject({ application: { state: 'RETURNED', reason: '缺依据' } });
    expect(opineOnYearEnd({ ...applied, state: 'CONFIRMED' }, { opinion: 'CONFIRM' })).toMatchObject({
      code: 'CLR-YE-STATE',
    });
  });

  test('split by scheme each scheme has its own direction', () => {
    const [first] = confirmed as [YearEndApplication];
    const resident = {
      ...first,
      totals: { ...first.totals, scheme: 'resident' as const },
      homeFen: fen(first.totals.clearingFen + 500_000),
    };
    const lines = (split: boolean) =>
      yearEndTransfers([first, resident], split).map(
        (one) => `${one.payer}→${one.payee} ${one.kind} ${one.amountFen}`,
      );
    expect(lines(false)).toEqual(['220000→110000 NORMAL 100000']);
    expect(lines(true)).toEqual(['110000→220000 RETURN 400000', '220000→110000 NORMAL 500000']);
  });

  test('a year is closed once nothing of it is open', () => {
    const done = { isClosed: false, openRuns: 0, openApplications: 0, openLines: 0, unsettledRows: 0 };
    expect(closeYear(2025, done)).toEqual({ ok: true });
    expect(closeYear(2025, { ...done, openLines: 2, unsettledRows: 1 })).toMatchObject({
      code: 'CLR-YE-OPEN',
      values: { what: 'openLines 2, unsettledRows 1' },
    });
    expect(closeYear(2025, { ...done, isClosed: true })).toMatchObject({ code: 'CLR-YE-CLOSED' });
  });
});

test('what came too late for any run: by pair and scheme, each row with its amount in the note', () => {
  const { S1, S2, S3 } = exampleRows;
  expect(otherAdjusts('CN', [S2, S1, S3], [exampleDeduction])).toEqual([
    {
      payer: '220000',
      payee: '110000',
      scheme: 'employee',
      amountFen: 3_250_000,
      note: 'D1 -1500.00；S1 34000.00',
      settlementIds: ['S1'],
      ids: ['D1', 'S1'],
    },
    {
      payer: '220000',
      payee: '110000',
      scheme: 'resident',
      amountFen: 1_600_000,
      note: 'S2 16000.00',
      settlementIds: ['S2'],
      ids: ['S2'],
    },
    {
      payer: '440000',
      payee: '110000',
      scheme: 'employee',
      amountFen: 280_000,
      note: 'S3 2800.00',
      settlementIds: ['S3'],
      ids: ['S3'],
    },
  ]);
  expect(otherAdjusts('220000', [S3], [])).toEqual([]);
});

test('a stay across the year’s end is one bill of its settlement month, whatever the home region splits', () => {
  const settledAt = startOfDay(localDate('2026-01-03'));
  const stay = { ...exampleRows.S1, settledAt, settledPeriod: periodOf(settledAt) };
  const cells = cellsOf('CN', [stay], []);
  expect(yearTotals(cells, 2025)).toEqual([]);
  expect(yearTotals(cells, 2026)).toMatchObject([
    { times: 1, medicalFen: 5_000_000, clearingFen: 3_400_000 },
  ]);
  // A second before midnight in Shanghai it is still December's.
  expect(periodOf((startOfDay(localDate('2026-01-01')) - 1) as Instant)).toBe(202512);
});
