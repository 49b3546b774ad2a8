import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Instant, localDate, startOfDay } from '@yijie/calendar';
import {
  type ClearingRow,
  FUND_NAMES,
  fundAmounts,
  type Period,
  type Table,
  type YearEndChanges,
} from '@yijie/clearing';
import { exampleYearEnd } from '@yijie/clearing/worked-example';
import { type GetYearEndResponse, YearClosed } from '@yijie/contracts/clearing';
import { fen } from '@yijie/money';
import type { CallContext } from '@yijie/runtime';
import type { AgencyRole, Authorized } from '@yijie/security';
import {
  confirmedRuns,
  longId,
  person,
  placeRows,
  type RunFixture,
  startRunFixture,
} from '../../../test/run-fixture.ts';
import { yearEndService } from '../../inbound/grpc/year-end-service.ts';
import { ledgerBalances } from '../../repositories/money/ledger.ts';
import { findNotices } from '../../repositories/money/notices.ts';
import { fundColumn } from '../../repositories/runs/fund-columns.ts';
import { admitLate } from '../matching/decide-difference.ts';
import { confirmReceipt } from '../money/confirm-receipt.ts';
import { issueNotices } from '../money/issue-notices.ts';
import { recordPayment } from '../money/record-payment.ts';
import { submitNotice, voidNotices } from '../money/step-notice.ts';
import { closeRun } from '../runs/close-run.ts';
import { answerYearEnd } from './answer-year-end.ts';
import { applyYearEnd } from './apply-year-end.ts';
import { closeYear } from './close-year.ts';
import { issueYearEnd } from './issue-year-end.ts';
import { showYearEnd } from './show-year-end.ts';

/** (k) of clearing-and-filing §4.13 in the national run: twelve settlements a pair, two of them cleared in January. */
const YEAR = 2025;
const [DECEMBER, JANUARY] = [202512 as Period, 202601 as Period];
const NEXT_OPEN = 202602;
const provinces = ['110000', '220000', '440000'];
const clerk = person('agency:220000/clerk');
const home = person('agency:110000/home-clerk');
const releaser = person('agency:100000/releaser');
const closer = person('agency:100000/closer');
const finance = person('agency:220000/finance');

let fixture: RunFixture;
beforeAll(async () => {
  const made = await startRunFixture(['CN'], provinces);
  fixture = { ...made, desk: { ...made.desk, provinces } };
  await fixture.database.query(
    `INSERT INTO run_owner (owner, open_period, closed_year) VALUES ('CN', $1, 2024)`,
    [DECEMBER],
  );
  const year = exampleYearEnd.flatMap(({ totals }, pair) =>
    Array.from({ length: totals.times }, (_, at) =>
      rowOf(`Y${pair}-${at}`, totals.payer, totals.payee, '2025-12-10', totals.clearingFen / totals.times),
    ),
  );
  const isLate = ({ settlementId }: ClearingRow) => [longId('Y0-1'), longId('Y1-1')].includes(settlementId);
  // Beside the year: a row of the year before in December's run, one of the next year in January's.
  const before = rowOf('B1', '220000', '110000', '2024-12-31', 70_000);
  const after = rowOf('A1', '220000', '110000', '2026-01-05', 90_000);
  await placeRows(fixture.database, [...year.filter((row) => !isLate(row)), before], DECEMBER);
  await placeRows(fixture.database, [...year.filter(isLate), after], JANUARY);
}, 60_000);
afterAll(() => fixture?.close());

function rowOf(id: string, payer: string, payee: string, day: string, amountFen: number): ClearingRow {
  const settledAt = (startOfDay(localDate(day)) + 10 * 3_600_000) as Instant;
  const [homePool, treatmentPool] = [poolOf(payer), poolOf(payee)];
  return {
    settlementId: longId(id),
    kind: 'settlement',
    visitKind: 'inpatient',
    scheme: 'employee',
    homePool,
    treatmentPool,
    institutionCode: `H${treatmentPool}00001`,
    settledAt,
    settledPeriod: Number(day.slice(0, 7).replace('-', '')) as Period,
    medicalFen: fen(2 * amountFen),
    clearing: fundAmounts((name) => (name === 'poolFundFen' ? amountFen : 0)),
    personalCashFen: fen(amountFen),
    hospitalPartFen: fen(0),
  };
}

function poolOf(province: string): string {
  return province === '110000' ? province : `${province.slice(0, 2)}0100`;
}

const apply = (payee: string, changes: object = {}, by = clerk) => {
  const example = exampleYearEnd.find(({ totals }) => totals.payee === payee);
  if (example === undefined) throw new Error(payee);
  const entry = { ...example.totals, changes: { ...example.changes, ...changes } };
  return applyYearEnd(fixture.desk, { owner: 'CN', year: YEAR, payee, entries: [entry], dryRun: false }, by);
};
const answer = (
  payee: string,
  payer: string,
  given: Parameters<typeof answerYearEnd>[1]['given'],
  by = home,
) => answerYearEnd(fixture.desk, { owner: 'CN', year: YEAR, payee, payer, scheme: 'employee', given }, by);
const confirm = (payee: string, payer: string, homeFen?: number) =>
  answer(payee, payer, { opinion: 'CONFIRM', homeFen: homeFen === undefined ? undefined : fen(homeFen) });
const issue = (by = releaser) => issueYearEnd(fixture.desk, 'CN', YEAR, by);
const close = (by = closer) => closeYear(fixture.desk, 'CN', YEAR, by);

/** Columns of the rows of a table, amounts in yuan. */
function figures(table: Table | undefined, ...names: string[]): unknown[][] {
  if (table === undefined) throw new Error('no table');
  return table.rows.map((row) =>
    names.map((name) => {
      const at = table.columns.findIndex((column) => column.name === name);
      const value = row[at] ?? null;
      return table.columns[at]?.type === 'A' && typeof value === 'number' ? value / 100 : value;
    }),
  );
}

async function payAll(period: string): Promise<void> {
  const { database, desk } = fixture;
  const notices = (await findNotices(database, { owner: 'CN', period })).filter(
    ({ step }) => step !== 'VOID',
  );
  for (const { notice } of notices.filter(({ notice: { direction } }) => direction === 'PAY')) {
    expect(await submitNotice(desk, notice.noticeNo, releaser)).toMatchObject({ ok: true });
    for (const { lineNo, amountFen } of notice.lines) {
      const payment = {
        noticeNo: notice.noticeNo,
        lineNo,
        bankName: '中国工商银行',
        bankSerial: `${notice.noticeNo}/${lineNo}`,
        tradeDate: localDate('2026-03-20'),
        paidFen: amountFen,
      };
      expect(await recordPayment(desk, payment, finance)).toMatchObject({ ok: true });
    }
  }
  for (const { notice } of notices.filter(({ notice: { direction } }) => direction === 'RCV'))
    expect(await confirmReceipt(desk, notice.noticeNo, finance)).toMatchObject({ ok: true });
}

describe('the year end of the worked example (k)', () => {
  test('what confirmed runs cleared is in table 15, whichever run it was; a later run makes a line stale', async () => {
    await confirmedRuns(fixture, [DECEMBER]);
    const early = await apply('440000');
    expect(early.ok && figures(early.table, 'counter_code', 'psn_times', 'monthly_net', 'final_amt')).toEqual(
      [['110000', 12, 180_000, 180_000]],
    );
    const short = await apply('110000');
    expect(short.ok && figures(short.table, 'psn_times', 'monthly_net')).toEqual([[11, 330_000]]);
    expect(await confirm('110000', '220000')).toMatchObject({ ok: true });

    await confirmedRuns(fixture, [JANUARY]);
    // Two rows more: the confirmed line no longer rests on what was cleared, and is applied for again.
    const applied = await apply('110000');
    const columns = [
      'counter_code',
      'scheme',
      'psn_times',
      'medfee_amt',
      'monthly_net',
      'final_amt',
      'ye_adjust',
    ];
    expect(applied.ok && figures(applied.table, ...columns)).toEqual([
      ['220000', 'E', 12, 720_000, 360_000, 356_000, -4_000],
    ]);
    const other = await apply('220000');
    expect(other.ok && figures(other.table, ...columns)).toEqual([
      ['440000', 'E', 12, 192_000, 96_000, 97_500, 1_500],
    ]);
  });

  test('saying the same again changes nothing; other amounts wait for a return; a dry run stores nothing', async () => {
    const steps = async () =>
      (await fixture.database.query<{ n: number }>('SELECT count(*)::int AS n FROM year_end_step')).rows[0]
        ?.n;
    const before = await steps();
    expect(await apply('220000')).toMatchObject({ ok: true });
    expect(await apply('220000', { caseAdjustFen: fen(1) })).toMatchObject({ code: 'CLR-YE-STATE' });
    const dry = { owner: 'CN', year: YEAR, payee: '440000', entries: [], dryRun: true };
    expect(await applyYearEnd(fixture.desk, dry, clerk)).toMatchObject({ ok: true });
    expect(await steps()).toBe(before);
  });

  test.each([
    ['with other amounts than it has', '440000', { caseAdjustFen: fen(100) }, 'CLR-YE-STATE'],
    ['for a payer without rows', '440000', 'stranger', 'FRM-VALUE'],
  ])('an application %s is refused', async (_, payee, changes, code) => {
    const line = exampleYearEnd[0];
    if (line === undefined) throw new Error('no example');
    const refused =
      changes === 'stranger'
        ? await applyYearEnd(
            fixture.desk,
            {
              owner: 'CN',
              year: YEAR,
              payee,
              entries: [{ payer: '650000', scheme: 'resident', changes: line.changes }],
              dryRun: false,
            },
            clerk,
          )
        : await apply(payee, changes as object);
    expect(refused).toMatchObject({ code });
  });

  test('the home party returns with a reason, confirms no more than was applied for, and isn’t who applied', async () => {
    expect(await answer('220000', '440000', { opinion: 'RETURN', reason: '' })).toMatchObject({
      code: 'CLR-REASON',
    });
    expect(await answer('220000', '440000', { opinion: 'RETURN', reason: '依据不全' })).toMatchObject({
      ok: true,
    });
    expect(await apply('220000', { caseAdjustFen: fen(200_000), evidenceNo: '' })).toMatchObject({
      code: 'CLR-YE-EVIDENCE',
    });
    expect(await apply('220000', { caseAdjustFen: fen(200_000) })).toMatchObject({ ok: true });
    expect(await confirm('220000', '440000', 9_800_001)).toMatchObject({ code: 'CLR-YE-AMOUNT' });
    expect(await answer('220000', '440000', { opinion: 'CONFIRM' }, clerk)).toMatchObject({
      code: 'CLR-FOUREYES',
    });
    expect(await issue()).toMatchObject({ code: 'CLR-YE-OPEN', values: { what: 'openApplications 3' } });
    // Applied for 98,000.00; the home party confirms the 97,500.00 of the example.
    expect(await confirm('220000', '440000', 9_750_000)).toMatchObject({ ok: true });
    expect(await confirm('110000', '220000')).toMatchObject({ ok: true });
    expect(await confirm('440000', '110000')).toMatchObject({ ok: true });
    expect(await confirm('440000', '110000')).toMatchObject({ code: 'CLR-YE-STATE' });
  });

  test('it isn’t issued while rows of the year are in a run that isn’t confirmed, nor by who applied or answered', async () => {
    await placeRows(
      fixture.database,
      [rowOf('U1', '220000', '110000', '2025-12-30', 100)],
      NEXT_OPEN as Period,
    );
    expect(await issue()).toMatchObject({ code: 'CLR-YE-OPEN', values: { what: 'unsettledRows 1' } });
    await fixture.database.query(`DELETE FROM cleared_row WHERE settlement_id = $1`, [
      Buffer.from(longId('U1'), 'hex'),
    ]);
    expect(await issue(clerk)).toMatchObject({ code: 'CLR-FOUREYES' });
    expect(await close()).toMatchObject({ code: 'CLR-YE-STATE' });
  });

  test('issued: 16 to 18 as in the example, each notice line with its twin, the books balanced', async () => {
    await fixture.on('2026-03-10');
    const issued = await issue();
    expect(
      issued.ok &&
        issued.notices.map(({ noticeNo, basis, lines }) => [
          noticeNo,
          basis.tableNo,
          lines.map(({ counterparty, kind, amountFen }) => [counterparty, kind, amountFen / 100]),
        ]),
    ).toEqual([
      ['N-110000-2025-YEAR_END-PAY-1', '18', [['220000', 'RETURN', 4_000]]],
      [
        'N-220000-2025-YEAR_END-RCV-1',
        '17',
        [
          ['110000', 'RETURN', 4_000],
          ['440000', 'NORMAL', 1_500],
        ],
      ],
      ['N-440000-2025-YEAR_END-PAY-1', '18', [['220000', 'NORMAL', 1_500]]],
    ]);
    const { state, tables } = await showYearEnd(fixture.desk, 'CN', YEAR);
    const table = (no: string, owner: string) => tables.find((one) => one.no === no && one.owner === owner);
    expect(state).toBe('ISSUED');
    const columns = [
      'region_code',
      'pay_monthly_net',
      'pay_final',
      'pay_adjust',
      'adj_out',
      'adj_in',
      'balance_amt',
    ];
    expect(figures(table('16', 'CN'), ...columns)).toEqual([
      ['110000', 180_000, 180_000, 0, 4_000, 0, -4_000],
      ['220000', 360_000, 356_000, -4_000, 0, 5_500, 5_500],
      ['440000', 96_000, 97_500, 1_500, 1_500, 0, -1_500],
    ]);
    expect(figures(table('17', '220000'), 'counter_code', 'kind', 'amt')).toEqual([
      ['110000', '退回', 4_000],
      ['440000', '补收', 1_500],
    ]);
    expect(figures(table('18', '110000'), 'counter_code', 'kind', 'amt')).toEqual([
      ['220000', '退付', 4_000],
    ]);
    expect(figures(table('18', '440000'), 'counter_code', 'kind', 'amt')).toEqual([
      ['220000', '补付', 1_500],
    ]);
    expect(await issue()).toMatchObject({ code: 'CLR-YE-STATE' });
    expect(await apply('110000')).toMatchObject({ code: 'CLR-YE-STATE' });
  });

  test('voided notices are issued again under the next number and booked once', async () => {
    const { desk, database } = fixture;
    expect(await voidNotices(desk, 'N-110000-2025-YEAR_END-PAY-1', '账号有误', releaser)).toMatchObject({
      ok: true,
    });
    const again = await issue();
    expect(again.ok && again.notices.map(({ noticeNo }) => noticeNo)).toEqual([
      'N-110000-2025-YEAR_END-PAY-2',
      'N-220000-2025-YEAR_END-RCV-2',
      'N-440000-2025-YEAR_END-PAY-2',
    ]);
    const { rows } = await database.query(`SELECT 1 FROM ledger_set WHERE kind = 'YEAR_END'`);
    expect(rows).toHaveLength(1);
  });

  test('from then on no run takes a row of the year', async () => {
    const { rows } = await fixture.database.query<{ closed_year: number }>(
      `SELECT closed_year FROM run_owner WHERE owner = 'CN'`,
    );
    expect(rows).toEqual([{ closed_year: YEAR }]);
  });

  test('closed once all is paid, by another person; asked again it answers the same moment', async () => {
    const { desk, database, clock } = fixture;
    expect(await close()).toMatchObject({ code: 'CLR-YE-OPEN', values: { what: 'openRuns 1, openLines 2' } });
    expect(await issueNotices(desk, 'CN', DECEMBER, releaser)).toMatchObject({ ok: true });
    await payAll(`${DECEMBER}`);
    expect(await closeRun(desk, 'CN', DECEMBER, releaser)).toMatchObject({ ok: true });
    await payAll(`${YEAR}`);
    expect(await close(releaser)).toMatchObject({ code: 'CLR-FOUREYES' });
    const closedAtMs = clock.now();
    expect(await close()).toEqual({ ok: true, closedAtMs });
    await fixture.on('2026-03-11');
    expect(await close()).toEqual({ ok: true, closedAtMs });
    expect(await showYearEnd(desk, 'CN', YEAR)).toMatchObject({ state: 'CLOSED' });
    expect(await issue()).toMatchObject({ code: 'CLR-YE-CLOSED' });
    expect(await apply('110000')).toMatchObject({ code: 'CLR-YE-CLOSED' });
    // Every home province is told once, from the transaction that closed the year.
    const told = await database.query<{ key: string; payload: Buffer }>(
      `SELECT key, payload FROM exchange_outbox WHERE topic = 'yijie.clearing' ORDER BY key`,
    );
    expect(told.rows.map(({ key, payload }) => [key, YearClosed.decode(payload)])).toEqual(
      provinces.map((homeProvince) => [homeProvince, { year: YEAR, homeProvince, closedAtMs }]),
    );
    const pair = { payer: '440000', payee: '220000', atMs: clock.now() };
    const owed = (await ledgerBalances(database, 'CN', pair)).filter(({ account }) => account === 'PAYABLE');
    // January's own row isn't paid here; of the year-end nothing is owed any more.
    expect(owed.map(({ fund, balance_fen }) => [fund, balance_fen])).toEqual([['poolFundFen', -800_000]]);
    const { rows } = await database.query<{ action: string }>(
      `SELECT DISTINCT action FROM audit_entry WHERE action LIKE 'year-end.%' ORDER BY 1`,
    );
    expect(rows.map(({ action }) => action)).toEqual([
      'year-end.apply',
      'year-end.close',
      'year-end.confirm',
      'year-end.issue',
      'year-end.return',
    ]);
  });

  test('what comes too late goes to the next year’s other adjustment, once, and isn’t admitted to a run any more', async () => {
    const { desk, database } = fixture;
    const late = longId('L1');
    const id = Buffer.from(late, 'hex');
    await database.query(
      `INSERT INTO fact (settlement_id, side, visit_kind, scheme, home_pool, treatment_pool, institution_code, settled_at_ms,
              total_fen, ${FUND_NAMES.map(fundColumn).join(', ')}, personal_cash_fen, hospital_part_fen, policy_version,
              content_hash, signed_by, received_at_ms)
       VALUES ($1, 1, 'inpatient', 'employee', '220100', '110000', 'H11000000001', 1, 500000, 500000,
               0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', '', '110000', 1)`,
      [id],
    );
    await database.query(
      `INSERT INTO open_row VALUES ($1, NULL, '220100', '110000', 'H11000000001', 'employee', 'inpatient', 1, 202512, 500000,
              'MATCHED', 3, 1, ARRAY['TOO_LATE'], 1, 1)`,
      [id],
    );
    const nothing = {
      yearDeductFen: 0,
      caseAdjustFen: 0,
      withheldReleaseFen: 0,
      otherAdjustFen: 0,
      otherNote: '',
    };
    const next = (evidenceNo: string) => {
      const changes = { ...nothing, evidenceNo } as YearEndChanges;
      const entries = [{ payer: '220000', scheme: 'employee' as const, changes }];
      return applyYearEnd(
        desk,
        { owner: 'CN', year: YEAR + 1, payee: '110000', entries, dryRun: false },
        clerk,
      );
    };
    expect(await next('')).toMatchObject({ code: 'CLR-YE-EVIDENCE' });
    const applied = await next('YE-2026-01');
    expect(
      applied.ok && figures(applied.table, 'monthly_net', 'other_adjust', 'other_note', 'final_amt'),
    ).toEqual([[900, 5_000, `${late} 5000.00`, 5_900]]);
    const call = {
      settlementId: late,
      reason: '补录',
      filter: { kind: 'all' } as const,
      by: { ...clerk.audit, secondActor: 'agency:110000/two' },
      nowMs: 1,
    };
    const admitted = database.transaction((tx) => admitLate(tx, call, { maxLateMonths: 2 }));
    expect(await admitted).toMatchObject({ code: 'CLR-YE-STATE' });
  });

  test('only a party’s own people apply and answer for it, only the owner’s issue and close', async () => {
    const as = (pool: string, role: AgencyRole): Authorized => ({
      caller: { kind: 'agency', pool, role, person: 'one', serial: '00' },
      scope: { rows: 'either-pool', masked: false },
    });
    const { methods } = yearEndService(fixture.desk);
    const ask = (name: string, request: object, identity: Authorized) =>
      methods
        .find((one) => one.name === name)
        ?.handle({ owner: 'CN', year: YEAR, ...request }, { identity } as CallContext<Authorized>);
    const line = { payee: '110000', payer: '220000', lines: [], scheme: 1, confirm: true };
    const clerkOf = (pool: string) => as(pool, 'treatment-clerk');
    expect(await ask('applyYearEnd', line, clerkOf('220000'))).toMatchObject({ code: 'CLR-OWNPARTY' });
    expect(await ask('answerYearEnd', line, clerkOf('110000'))).toMatchObject({ code: 'CLR-OWNPARTY' });
    for (const name of ['issueYearEnd', 'closeYear'])
      expect(await ask(name, {}, as('110000', 'province-signer'))).toMatchObject({ code: 'CLR-OWNER' });
    expect(await ask('getYearEnd', { owner: '500000' }, clerkOf('110000'))).toMatchObject({
      code: 'CLR-OWNER',
    });
    // A payer sees its own lines of an applicant's 15, and nobody else's 17 and 18.
    const seen = (await ask('getYearEnd', {}, clerkOf('440000'))) as GetYearEndResponse;
    expect(seen.tables.map(({ no, owner }) => `${no} ${owner}`)).toEqual([
      '15 220000',
      '15 440000',
      '16 CN',
      '18 440000',
    ]);
  });
});
