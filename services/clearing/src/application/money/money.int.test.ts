import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defaultParameters, type RunOwner } from '@yijie/clearing';
import { EXAMPLE_PERIOD, exampleDeduction, exampleMarch, exampleRows } from '@yijie/clearing/worked-example';
import { fen } from '@yijie/money';
import { Metrics } from '@yijie/runtime';
import {
  confirmedRuns,
  longId,
  person,
  placeRows,
  type RunFixture,
  startRunFixture,
  withLongIds,
} from '../../../test/run-fixture.ts';
import { bookSet, ledgerBalances } from '../../repositories/money/ledger.ts';
import { findNotices } from '../../repositories/money/notices.ts';
import { loadRun } from '../../repositories/runs/runs.ts';
import { recordDeduction } from '../deductions/record-deduction.ts';
import { closeRun } from '../runs/close-run.ts';
import { readRunFigures } from '../watch-runs.ts';
import { confirmReceipt } from './confirm-receipt.ts';
import { importStatement, resolveBankLine } from './import-statement.ts';
import { issueNotices } from './issue-notices.ts';
import { recordPayment } from './record-payment.ts';
import { showNotices } from './show-notice.ts';
import { submitNotice, voidNotices } from './step-notice.ts';

const OWNERS: readonly RunOwner[] = ['CN', '110000', '220000', '440000'];
const PARTIES = [
  '110000',
  '220000',
  '440000',
  '110000P',
  '220000P',
  '440000P',
  '220100',
  '220200',
  '440100',
  '440300',
];
const PERIOD = `${EXAMPLE_PERIOD}`;
const releaser = person('agency:100000/releaser');
const finance = person('agency:220000/finance');
const BEIJING = 'N-110000-202603-MONTHLY-RCV-2';

let fixture: RunFixture;
beforeAll(async () => {
  fixture = await startRunFixture(OWNERS, PARTIES);
  await placeRows(fixture.database, withLongIds([exampleRows.S0]), 202602 as typeof EXAMPLE_PERIOD);
  await placeRows(fixture.database, withLongIds(exampleMarch), EXAMPLE_PERIOD);
  await fixture.on('2026-04-10');
  const deduction = { ...exampleDeduction, settlementId: longId('S1') };
  expect(await recordDeduction(fixture.desk, deduction, person('RV-110000-01'))).toMatchObject({ ok: true });
  await confirmedRuns(fixture, [202602 as typeof EXAMPLE_PERIOD, EXAMPLE_PERIOD]);
}, 60_000);
afterAll(() => fixture?.close());

const noticesOf = (owner: RunOwner) => findNotices(fixture.database, { owner, period: PERIOD });
const pay = (noticeNo: string, lineNo: number, yuan: number, bankSerial: string) =>
  recordPayment(
    fixture.desk,
    {
      noticeNo,
      lineNo,
      bankName: '中国工商银行',
      bankSerial,
      tradeDate: '2026-05-12' as never,
      paidFen: fen(yuan * 100),
    },
    finance,
  );

describe('notices', () => {
  test('the monthly notices of the worked example (g), each line with its twin', async () => {
    await fixture.on('2026-04-30');
    const maker = person('agency:100000/maker');
    expect(await issueNotices(fixture.desk, 'CN', EXAMPLE_PERIOD, maker)).toMatchObject({
      code: 'CLR-FOUREYES',
    });
    const first = await issueNotices(fixture.desk, 'CN', EXAMPLE_PERIOD, releaser);
    expect(first).toMatchObject({ ok: true });
    expect(
      await voidNotices(fixture.desk, 'N-220000-202603-MONTHLY-PAY-1', '地址有误', releaser),
    ).toMatchObject({
      ok: true,
      voided: { length: 6 },
    });
    expect(await issueNotices(fixture.desk, 'CN', EXAMPLE_PERIOD, releaser)).toMatchObject({ ok: true });

    const notices = (await noticesOf('CN')).filter(({ step }) => step !== 'VOID');
    expect(
      notices.map(({ notice }) => [
        notice.noticeNo,
        notice.lines.map(({ counterparty, amountFen, kind }) => [counterparty, amountFen / 100, kind]),
      ]),
    ).toEqual([
      ['N-110000-202603-MONTHLY-PAY-2', [['440000', 15_000, 'NORMAL']]],
      [
        BEIJING,
        [
          ['220000', 48_500, 'NORMAL'],
          ['440000', 2_800, 'NORMAL'],
        ],
      ],
      ['N-220000-202603-MONTHLY-PAY-2', [['110000', 48_500, 'NORMAL']]],
      ['N-220000-202603-MONTHLY-RCV-2', [['440000', 4_800, 'NORMAL']]],
      [
        'N-440000-202603-MONTHLY-PAY-2',
        [
          ['110000', 2_800, 'NORMAL'],
          ['220000', 4_800, 'NORMAL'],
        ],
      ],
      ['N-440000-202603-MONTHLY-RCV-2', [['110000', 15_000, 'NORMAL']]],
    ]);
    expect(notices[0]?.notice).toMatchObject({ issuedOn: '2026-04-30', dueOn: '2026-05-25' });
  });

  test('nothing is paid before finance has the notice; then in parts, never too much, a serial once', async () => {
    const number = 'N-220000-202603-MONTHLY-PAY-2';
    expect(await pay(number, 1, 100, 'A1')).toMatchObject({ code: 'CLR-NTC-STATE' });
    expect(await submitNotice(fixture.desk, number, releaser)).toMatchObject({ ok: true });
    expect(await pay(number, 1, 20_000, 'A1')).toMatchObject({ ok: true, notice: { state: 'PARTIAL' } });
    expect(await pay(number, 1, 20_000, 'A1')).toMatchObject({ code: 'CLR-PAY-SERIAL' });
    expect(await pay(number, 1, 28_500.01, 'A2')).toMatchObject({ code: 'CLR-PAY-OVER' });
    expect(await pay(number, 2, 1, 'A3')).toMatchObject({ code: 'CLR-PAY-LINE' });
    expect(await pay(number, 1, 28_500, 'A2')).toMatchObject({ ok: true, notice: { state: 'PAID' } });
    expect((await loadRun(fixture.database, 'CN', EXAMPLE_PERIOD))?.state).toBe('PAYING');
    expect(await voidNotices(fixture.desk, number, 'x', releaser)).toMatchObject({ code: 'CLR-NTC-STATE' });
  });

  test('overdue levels count working days', async () => {
    const level = async () => {
      const shown = await showNotices(fixture.desk, { noticeNos: ['N-440000-202603-MONTHLY-PAY-2'] });
      return [shown[0]?.overdue?.days ?? 0, shown[0]?.overdue?.level ?? 'NONE'];
    };
    await fixture.on('2026-05-25');
    expect(await level()).toEqual([0, 'NONE']);
    await fixture.on('2026-05-26');
    expect(await level()).toEqual([1, 'REMIND']);
    await fixture.on('2026-06-02');
    expect(await level()).toEqual([6, 'WARN']);
    await fixture.on('2026-06-16');
    expect(await level()).toEqual([16, 'PUBLISH']);
  });
});

describe('bank statements', () => {
  const statement = (party: string, ...lines: string[]) =>
    importStatement(
      fixture.desk,
      {
        party,
        bankName: '中国银行',
        csv: Buffer.from(`bank_serial,trade_date,amount,counterparty,remark\n${lines.join('\n')}\n`),
      },
      finance,
    );

  test('a file that can’t be read is refused as a whole, with line and column', async () => {
    expect(await statement('440000', 'B1,2026-05-12,2800.00,,', 'B2,2026-13-01,1.00,,')).toMatchObject({
      code: 'CLR-BANK-FILE',
      values: { line: '3', column: 'trade_date' },
    });
    expect(await statement('440000', 'B1,2026-05-12,12.345,,')).toMatchObject({ code: 'CLR-BANK-FILE' });
  });

  test('one notice is booked; none and two get their codes and wait for a person', async () => {
    await submitNotice(fixture.desk, 'N-440000-202603-MONTHLY-PAY-2', releaser);
    const imported = await statement(
      '440000',
      'B1,2026-05-12,2800.00,110000,"三月清算, 北京"',
      'B2,2026-05-12,77.00,,办公用品',
      'B3,2026-05-13,1000.00,,N-440000-202603-MONTHLY-PAY-2',
    );
    expect(imported).toMatchObject({
      ok: true,
      lines: [
        { pays: { noticeNo: 'N-440000-202603-MONTHLY-PAY-2', lineNo: 1 } },
        { refusal: { code: 'CLR-BANK-NONE' } },
        { pays: { noticeNo: 'N-440000-202603-MONTHLY-PAY-2', lineNo: 2 } },
      ],
    });
    const again = await statement('440000', 'B1,2026-05-12,2800.00,110000,x', 'B2,2026-05-12,77.00,,x');
    expect(again).toMatchObject({ ok: true, lines: [{ line: 2 }, { line: 3 }] });
    expect(again.ok && again.lines.every(({ pays, refusal }) => !pays && !refusal)).toBe(true);
  });

  test('two notices could be meant: the line names both and a person chooses', async () => {
    const { database, desk } = fixture;
    await database.query(
      `INSERT INTO notice SELECT replace(notice_no, '202603', '202599'), run_owner, level, party, direction, category, '202599',
              revision, step, issued_on, due_on, total_fen, basis_table, basis_revision, basis_hash, issued_by, issued_at_ms
         FROM notice WHERE notice_no = 'N-440000-202603-MONTHLY-PAY-2'`,
    );
    await database.query(
      `INSERT INTO notice_line (notice_no, line_no, counterparty, kind, employee_fen, resident_fen, amount_fen, twin_notice_no,
              twin_line_no) VALUES ('N-440000-202599-MONTHLY-PAY-2', 1, '220000', 'NORMAL', 380000, 0, 380000,
              'N-220000-202603-MONTHLY-RCV-2', 1)`,
    );
    const imported = await statement('440000', 'B9,2026-05-14,3800.00,,清算款');
    expect(imported).toMatchObject({
      ok: true,
      lines: [
        {
          refusal: {
            code: 'CLR-BANK-MANY',
            values: { lines: 'N-440000-202599-MONTHLY-PAY-2/1 N-440000-202603-MONTHLY-PAY-2/2' },
          },
        },
      ],
    });
    const { rows } = await database.query<{ bank_line_id: number; code: string }>(
      `SELECT bank_line_id, code FROM bank_line WHERE state = 'OPEN' ORDER BY bank_serial`,
    );
    expect(rows.map(({ code }) => code)).toEqual(['CLR-BANK-NONE', 'CLR-BANK-MANY']);
    const choose = (bankLineId: number, noticeNo: string | undefined) =>
      resolveBankLine(
        desk,
        {
          bankLineId,
          pays: noticeNo === undefined ? undefined : { noticeNo, lineNo: 2 },
          reason: '电话核实',
          mayActFor: () => undefined,
        },
        finance,
      );
    expect(await choose(rows[1]?.bank_line_id ?? 0, 'N-440000-202603-MONTHLY-PAY-2')).toMatchObject({
      ok: true,
    });
    expect(await choose(rows[0]?.bank_line_id ?? 0, undefined)).toMatchObject({
      ok: true,
      notice: undefined,
    });
    expect(await choose(rows[0]?.bank_line_id ?? 0, undefined)).toMatchObject({ code: 'CLR-BANK-LINE' });
  });
});

describe('the ledger', () => {
  test('after everything is paid and received the books of the period are closed and nothing is owed', async () => {
    const { desk, database } = fixture;
    expect(await closeRun(desk, 'CN', EXAMPLE_PERIOD, releaser)).toMatchObject({ code: 'CLR-UNPAID' });
    await submitNotice(desk, 'N-110000-202603-MONTHLY-PAY-2', releaser);
    expect(await pay('N-110000-202603-MONTHLY-PAY-2', 1, 15_000, 'C1')).toMatchObject({ ok: true });
    for (const { notice, step } of await noticesOf('CN')) {
      if (notice.direction === 'RCV' && step !== 'VOID')
        expect(await confirmReceipt(desk, notice.noticeNo, finance)).toMatchObject({ ok: true });
    }
    expect(await closeRun(desk, 'CN', EXAMPLE_PERIOD, releaser)).toMatchObject({ ok: true });
    const all = { payer: undefined, payee: undefined };
    const after = await ledgerBalances(database, 'CN', { ...all, atMs: fixture.clock.now() });
    const owed = after.filter(({ account }) => account === 'PAYABLE' || account === 'RECEIVABLE');
    // February's line of 3,200 was never paid here.
    expect(owed.every(({ payer, payee }) => payer === '440000' && payee === '220000')).toBe(true);
    const cash = after
      .filter(({ account, party }) => account === 'CASH' && party === '110000')
      .reduce((sum, { balance_fen }) => sum + balance_fen, 0);
    expect(cash).toBe(5_130_000 - 1_500_000);
  });

  test('the state at a past moment: before the payments everything was owed, deductions taken off', async () => {
    const then = new Date('2026-04-25T00:00:00+08:00').getTime();
    const before = await ledgerBalances(fixture.database, 'CN', {
      payer: '220000',
      payee: '110000',
      atMs: then,
    });
    const payable = before
      .filter(({ account }) => account === 'PAYABLE')
      .map(({ scheme, fund, balance_fen }) => [scheme, fund, balance_fen / 100]);
    expect(payable).toEqual([
      ['employee', 'largeAmountFen', -4_000],
      ['employee', 'poolFundFen', -28_500],
      ['resident', 'medicalAidFen', -800],
      ['resident', 'poolFundFen', -14_000],
      ['resident', 'seriousIllnessFen', -1_200],
    ]);
  });

  const entry = {
    party: '220000',
    account: 'CASH',
    payer: '220000',
    payee: '110000',
    scheme: 'employee',
    fund: null,
    amountFen: fen(1),
  } as const;
  const booking = { owner: 'CN', period: PERIOD, reference: 'test', by: 'x', atMs: 0 };

  test.each([
    ['a set that isn’t balanced', 'ledger_set_balanced', { ...booking, period: '202699' }, [entry]],
    [
      'a payment into a closed period',
      'ledger_period_locked',
      booking,
      [entry, { ...entry, account: 'PAYABLE' as const, amountFen: fen(-1) }],
    ],
  ])('the database refuses %s', async (_, constraint, at, entries) => {
    const booked = fixture.database.transaction((tx) => bookSet(tx, { kind: 'PAYMENT', entries }, at));
    await expect(booked).rejects.toMatchObject({ constraint });
  });

  test.each([
    ['an entry changed', `UPDATE ledger_entry SET amount_fen = 1`, 'ledger_append_only'],
    ['an entry removed', `DELETE FROM ledger_entry`, 'ledger_append_only'],
    [
      'an entry added to an old set',
      `INSERT INTO ledger_entry SELECT set_id, 999, party, account, payer, payee, scheme, fund, 1 FROM ledger_entry LIMIT 1`,
      'ledger_entry_of_own_set',
    ],
  ])('the database refuses %s', async (_, sql, constraint) => {
    await expect(fixture.database.query(sql)).rejects.toMatchObject({ constraint });
  });
});

test('gauges of signing and paying', async () => {
  const metrics = new Metrics({ service: 'test', processMetrics: false });
  const { desk, database, clock } = fixture;
  const parts = { database, owners: desk.owners, parametersOf: () => defaultParameters, metrics, clock };
  await readRunFigures(parts);
  const text = await metrics.text();
  expect(text).toMatch(/yijie_run_parties_unsigned\{[^}]*owner="CN"[^}]*\} 0/);
  expect(text).toMatch(/yijie_sign_days_left\{[^}]*owner="CN"[^}]*\} 99/);
  // The notice that stands in for a second candidate is the only one still open, and long overdue.
  expect(text).toMatch(/yijie_notices_overdue\{[^}]*level="PUBLISH"[^}]*\} 1/);
  expect(text).toMatch(/yijie_bank_lines_open\{[^}]*code="CLR-BANK-MANY"[^}]*\} 0/);
});
