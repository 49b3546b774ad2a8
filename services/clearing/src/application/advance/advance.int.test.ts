import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  adjustQuota,
  type ClearingRow,
  defaultParameters,
  type Notice,
  type Period,
  period,
} from '@yijie/clearing';
import {
  EXAMPLE_PERIOD,
  exampleDeduction,
  exampleMarch,
  exampleQuotas,
  exampleRows,
} from '@yijie/clearing/worked-example';
import { fen } from '@yijie/money';
import {
  confirmedRuns,
  longId,
  person,
  placeRows,
  type RunFixture,
  startRunFixture,
  withLongIds,
} from '../../../test/run-fixture.ts';
import { bookAdvance } from '../../repositories/money/advance.ts';
import { findNotices } from '../../repositories/money/notices.ts';
import { recordDeduction } from '../deductions/record-deduction.ts';
import { explainNoticeLine } from '../explain-notice-line.ts';
import { issueNotices } from '../money/issue-notices.ts';
import { recordPayment } from '../money/record-payment.ts';
import { submitNotice } from '../money/step-notice.ts';
import { issueAdjustment } from './issue-adjustment.ts';
import { quotasOfYear } from './quotas-of-year.ts';
import { requestIncrease } from './request-increase.ts';
import { usageOfRun } from './usage-of-run.ts';

const releaser = person('agency:100000/releaser');
const finance = person('agency:220000/finance');
const OWNERS = ['CN', '110000', '220000', '440000'];
const PROVINCES = ['110000', '220000', '440000'];
const PARTIES = [
  ...PROVINCES,
  ...PROVINCES.map((province) => `${province}P`),
  '220100',
  '220200',
  '440100',
  '440300',
];
const QUARTER = [202510, 202511, 202512].map((month) => period(month));
/** Sixes of a province that the rows of the last quarter are settled in. */
const POOL: Readonly<Record<string, string>> = { '110000': '110000', '220000': '220100', '440000': '440100' };

let fixture: RunFixture;
beforeAll(async () => {
  fixture = await startRunFixture(OWNERS, PARTIES, '2025-11-01');
  for (const [at, month] of QUARTER.entries())
    await placeRows(
      fixture.database,
      exampleQuotas.map((_, pair) => rowOfQuarter(pair, at, month)),
      month,
    );
  await confirmedRuns(fixture, QUARTER);
  await fixture.on('2026-01-26');
  for (const { payer, payee, quotaOld } of exampleQuotas)
    await bookAdvance(
      fixture.database,
      'CN',
      { payer, payee, kind: 'OPENING', amount: quotaOld },
      { period: '2025', reference: `opening ${payer} ${payee}`, atMs: 0 },
    );
}, 60_000);
afterAll(() => fixture?.close());

/** What a pair cleared in a month of the last quarter, as one stay. */
function rowOfQuarter(pair: number, at: number, month: Period): ClearingRow {
  const { payer, payee, months } = exampleQuotas[pair] as (typeof exampleQuotas)[number];
  const amountFen = fen((months[at]?.employeeFen ?? 0) + (months[at]?.residentFen ?? 0));
  const like = exampleRows.S1;
  return {
    ...like,
    settlementId: longId(`Q${month}${pair}`),
    homePool: POOL[payer] as ClearingRow['homePool'],
    treatmentPool: POOL[payee] as ClearingRow['treatmentPool'],
    settledPeriod: month,
    medicalFen: amountFen,
    personalCashFen: fen(0),
    hospitalPartFen: fen(0),
    clearing: { ...like.clearing, poolFundFen: amountFen, largeAmountFen: fen(0) },
  };
}

async function payAll(category: Notice['category'], of: string): Promise<void> {
  const found = await findNotices(fixture.database, { owner: 'CN', period: of, category });
  for (const { notice } of found.filter((one) => one.notice.direction === 'PAY')) {
    expect(await submitNotice(fixture.desk, notice.noticeNo, finance)).toMatchObject({ ok: true });
    for (const { lineNo, amountFen } of notice.lines) {
      const payment = {
        noticeNo: notice.noticeNo,
        lineNo,
        bankName: '中国工商银行',
        bankSerial: `${notice.noticeNo}/${lineNo}`,
        tradeDate: '2026-02-02' as never,
        paidFen: amountFen,
      };
      expect(await recordPayment(fixture.desk, payment, finance)).toMatchObject({ ok: true });
    }
  }
}

const inYuan = (amountFen: number) => amountFen / 100;
const usage = async () => {
  const used = await usageOfRun(fixture.database, 'CN', EXAMPLE_PERIOD, defaultParameters);
  if (!used.ok) throw new Error(used.code);
  return used.holders;
};

test('(i) the quotas of 2026 from what the runs of the last quarter cleared, issued once', async () => {
  const quotas = await quotasOfYear(fixture.desk, 'CN', 2026, '2026-01-26' as never);
  if (!quotas.ok) throw new Error(quotas.code);
  expect(quotas.adjustments).toEqual(
    exampleQuotas
      .map((pair) => adjustQuota(pair, defaultParameters))
      .toSorted((a, b) => (`${a.payer}${a.payee}` < `${b.payer}${b.payee}` ? -1 : 1)),
  );
  expect(quotas.tables.map(({ no, owner }) => `${no} ${owner}`)).toEqual([
    '6-1 CN',
    '6-2 110000',
    '6-2 220000',
    '6-2 440000',
  ]);
  const issue = (contentHash: string) =>
    issueAdjustment(fixture.desk, { owner: 'CN', year: 2026, contentHash }, releaser);
  expect(await issue('another')).toMatchObject({ ok: false, code: 'CLR-HASH' });
  const issued = await issue(quotas.contentHash);
  if (!issued.ok) throw new Error(issued.code);
  const totals = issued.notices.map(({ party, direction, totalFen }) => [party, direction, inYuan(totalFen)]);
  expect(totals.toSorted()).toEqual([
    ['110000', 'RCV', 10_000],
    ['220000', 'PAY', 8_400],
    ['220000', 'RCV', 1_500],
    ['440000', 'PAY', 3_500],
    ['440000', 'RCV', 400],
  ]);
  expect(await issue(quotas.contentHash)).toMatchObject({ ok: false, code: 'CLR-ADV-ISSUED' });
  await payAll('ADV_ADJUST', '2026');
});

test('(j) usage of March, the offers while it is red, and an urgent increase', async () => {
  await placeRows(fixture.database, withLongIds([exampleRows.S0]), period(202602));
  await placeRows(fixture.database, withLongIds(exampleMarch), EXAMPLE_PERIOD);
  await fixture.on('2026-02-20');
  await confirmedRuns(fixture, [period(202601), period(202602)]);
  await fixture.on('2026-04-10');
  const deduction = { ...exampleDeduction, settlementId: longId('S1') };
  expect(await recordDeduction(fixture.desk, deduction, person('RV-110000-01'))).toMatchObject({ ok: true });
  await confirmedRuns(fixture, [EXAMPLE_PERIOD]);

  const shown = (await usage()).map(({ party, usage: { usedFen, heldFen, ratio, level }, offers }) => [
    party,
    inYuan(usedFen),
    inYuan(heldFen),
    ratio,
    level,
    offers.map(({ payer, offerFen }) => [payer, inYuan(offerFen)]),
  ]);
  expect(shown).toEqual([
    ['110000', 51_300, 63_000, 8_143, 'YELLOW', []],
    ['220000', 4_800, 9_000, 5_333, 'NORMAL', []],
    ['440000', 15_000, 16_400, 9_146, 'RED', [['110000', 14_000]]],
  ]);

  const ask = (payer: string, payee: string, yuan: number) =>
    requestIncrease(
      fixture.desk,
      { owner: 'CN', period: EXAMPLE_PERIOD, payer, payee, amountFen: fen(yuan * 100) },
      person('agency:440000/clerk'),
    );
  expect(await ask('110000', '440000', 14_001)).toMatchObject({ ok: false, code: 'CLR-ADV-OVER' });
  expect(await ask('440000', '110000', 100)).toMatchObject({ ok: false, code: 'CLR-ADV-LEVEL' });
  expect(await ask('110000', '440000', 14_000)).toMatchObject({ ok: true });
  await payAll('ADV_URGENT', '202603');
  const after = (await usage()).find(({ party }) => party === '440000');
  expect(after?.usage).toMatchObject({ heldFen: 3_040_000, ratio: 4_934, level: 'NORMAL' });
});

test('a notice line is explained down to its settlements, at both ends', async () => {
  expect(await issueNotices(fixture.desk, 'CN', EXAMPLE_PERIOD, releaser)).toMatchObject({ ok: true });
  const notices = await findNotices(fixture.database, { owner: 'CN', period: '202603', category: 'MONTHLY' });
  const line = notices
    .flatMap(({ notice }) => notice.lines.map((one) => ({ notice, one })))
    .find(
      ({ notice, one }) =>
        notice.party === '220000' && notice.direction === 'PAY' && one.counterparty === '110000',
    );
  if (line === undefined) throw new Error('220000 pays nothing to 110000');
  for (const [noticeNo, lineNo] of [
    [line.notice.noticeNo, line.one.lineNo],
    [line.one.twinNoticeNo, line.one.twinLineNo],
  ] as const) {
    const explained = await explainNoticeLine(fixture.desk, { noticeNo, lineNo, after: '' });
    if (!explained.ok) throw new Error(explained.code);
    const { cells, settlements, deductions, steps, next } = explained;
    expect(
      cells.map(({ scheme, times, clearing_fen, deducted_fen }) => [
        scheme,
        times,
        clearing_fen,
        deducted_fen,
      ]),
    ).toEqual([
      ['employee', 1, 3_400_000, 150_000],
      ['resident', 1, 1_600_000, 0],
    ]);
    expect(
      settlements.map((row) => [row.settlement_id.toString('hex'), row.clearing_fen - row.deducted_fen]),
    ).toEqual([
      [longId('S1'), 3_250_000],
      [longId('S2'), 1_600_000],
    ]);
    expect(deductions.map(({ settlementId }) => settlementId)).toEqual([longId('S1')]);
    expect(steps[0]).toContain('48,500.00');
    expect(next).toBe('');
  }
  expect(await explainNoticeLine(fixture.desk, { noticeNo: 'none', lineNo: 1, after: '' })).toMatchObject({
    ok: false,
    code: 'CLR-NTC-NONE',
  });
});
