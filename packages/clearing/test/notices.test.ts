import { describe, expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import { type Fen, fen } from '@yijie/money';
import {
  buildNotices,
  buildRunTables,
  cellsOf,
  checkR11,
  checkR11Gross,
  checkR12,
  checkR13,
  confirmReceipt,
  defaultParameters,
  type LineStanding,
  matchBankLine,
  type Notice,
  noticeState,
  type OpenLine,
  overdueOn,
  type Payment,
  recordPayment,
  stepNotice,
  transfersOf,
} from '../src/index.ts';
import { EXAMPLE_PERIOD, exampleDeduction, exampleMarch } from '../src/worked-example/worked-example.ts';

const tables = buildRunTables({
  owner: 'CN',
  period: EXAMPLE_PERIOD,
  cells: cellsOf('CN', exampleMarch, [exampleDeduction]),
  deductions: [{ deduction: exampleDeduction, payer: '220000', payee: '110000' }],
});

function noticesOf(mode: 'GROSS' | 'HUB' | 'PAIR', splitByScheme = false): readonly Notice[] {
  return buildNotices({
    owner: 'CN',
    category: 'MONTHLY',
    period: '202603',
    revision: 1,
    transfers: transfersOf(tables.pairs, { owner: 'CN', mode, splitByScheme }),
    issuedOn: localDate('2026-04-30'),
    dueOn: localDate('2026-05-25'),
    basisHashOf: (party) => `hash of ${party}`,
  });
}
const gross = noticesOf('GROSS');

describe('notices of the worked example', () => {
  test('(g) every party’s payments and receipts, each with its twin', () => {
    expect(
      gross.map(({ noticeNo, totalFen, lines }) => [
        noticeNo,
        totalFen / 100,
        lines.map(
          (line) => `${line.counterparty} ${line.amountFen / 100} ${line.twinNoticeNo}/${line.twinLineNo}`,
        ),
      ]),
    ).toEqual([
      ['N-110000-202603-MONTHLY-PAY-1', 15_000, ['440000 15000 N-440000-202603-MONTHLY-RCV-1/1']],
      [
        'N-110000-202603-MONTHLY-RCV-1',
        51_300,
        ['220000 48500 N-220000-202603-MONTHLY-PAY-1/1', '440000 2800 N-440000-202603-MONTHLY-PAY-1/1'],
      ],
      ['N-220000-202603-MONTHLY-PAY-1', 48_500, ['110000 48500 N-110000-202603-MONTHLY-RCV-1/1']],
      ['N-220000-202603-MONTHLY-RCV-1', 4_800, ['440000 4800 N-440000-202603-MONTHLY-PAY-1/2']],
      [
        'N-440000-202603-MONTHLY-PAY-1',
        7_600,
        ['110000 2800 N-110000-202603-MONTHLY-RCV-1/2', '220000 4800 N-220000-202603-MONTHLY-RCV-1/1'],
      ],
      ['N-440000-202603-MONTHLY-RCV-1', 15_000, ['110000 15000 N-110000-202603-MONTHLY-PAY-1/1']],
    ]);
    const sum = (direction: string) =>
      gross
        .filter((notice) => notice.direction === direction)
        .reduce((total, { totalFen }) => total + totalFen, 0);
    expect([sum('PAY') / 100, sum('RCV') / 100]).toEqual([71_100, 71_100]);
    expect(gross[0]?.basis).toEqual({ tableNo: '11', revision: 1, contentHash: 'hash of 110000' });
  });

  test.each(['GROSS', 'HUB', 'PAIR'] as const)('%s: R11 and R12 hold, split or not', (mode) => {
    for (const split of [false, true]) {
      expect([...checkR11(noticesOf(mode, split)), ...checkR12(noticesOf(mode, split))]).toEqual([]);
    }
    expect(checkR11Gross(gross, tables, false)).toEqual([]);
    expect(checkR11Gross(noticesOf('GROSS', true), tables, true)).toEqual([]);
  });
});

describe('broken notices', () => {
  const [first] = gross as readonly [Notice, ...Notice[]];
  const changed = (change: Partial<Notice>) => [{ ...first, ...change }, ...gross.slice(1)];
  const withLine = (change: Partial<Notice['lines'][number]>) =>
    changed({ lines: first.lines.map((line) => ({ ...line, ...change })) });

  test('R11: a total, a component, a negative line, and a party’s sum that its tables don’t give', () => {
    expect(checkR11(changed({ totalFen: fen(1_500_001) })).map(({ row }) => row)).toEqual([
      'N-110000-202603-MONTHLY-PAY-1 total',
    ]);
    expect(checkR11(withLine({ residentFen: fen(1) })).map(({ row }) => row)).toEqual([
      'N-110000-202603-MONTHLY-PAY-1/1 components',
    ]);
    const negative = { amountFen: fen(-1), employeeFen: fen(-1) };
    expect(checkR11(withLine(negative)).map(({ row }) => row)).toContain(
      'N-110000-202603-MONTHLY-PAY-1/1 is positive',
    );
    expect(checkR11Gross(changed({ totalFen: fen(1_500_001) }), tables, false)).toEqual([
      { check: 'R11', row: '110000 MONTHLY PAY', expected: 1_500_000, found: 1_500_001 },
    ]);
    expect(checkR11Gross(gross.slice(1), tables, false)).toHaveLength(1);
  });

  test('R12: another amount, a twin that is missing or names another line, sums apart', () => {
    expect(checkR12(withLine({ employeeFen: fen(1) })).map(({ row }) => row)).toEqual([
      'N-110000-202603-MONTHLY-PAY-1/1 as its twin has it',
      'N-440000-202603-MONTHLY-RCV-1/1 as its twin has it',
    ]);
    expect(checkR12(withLine({ twinLineNo: 2 })).map(({ row }) => row)).toEqual([
      'N-110000-202603-MONTHLY-PAY-1/1 twin',
      'N-440000-202603-MONTHLY-RCV-1/1 named by its twin',
    ]);
    expect(checkR12(changed({ totalFen: fen(1_500_001) }))).toEqual([
      { check: 'R12', row: 'CN MONTHLY 202603', expected: 7_110_001, found: 7_110_000 },
    ]);
  });
});

const payment: Payment = {
  noticeNo: 'N-440000-202603-MONTHLY-PAY-1',
  lineNo: 2,
  bankName: '中国银行',
  bankSerial: 'B1',
  tradeDate: localDate('2026-05-20'),
  paidFen: fen(480_000),
};
const standings = (gross.find(({ noticeNo }) => noticeNo === payment.noticeNo)?.lines ?? []).map(
  (line): LineStanding => ({ line, paidFen: fen(0), confirmed: false }),
);
const context = { step: 'SUBMITTED', lines: standings, serialTaken: false } as const;

describe('payments', () => {
  test.each<[string, Partial<Payment>, Partial<typeof context> | object, string | number]>([
    ['in full', {}, {}, 480_000],
    ['in part', { paidFen: fen(1) }, {}, 1],
    ['one fen too much', { paidFen: fen(480_001) }, {}, 'CLR-PAY-OVER'],
    ['nothing', { paidFen: fen(0) }, {}, 'CLR-PAY-AMOUNT'],
    ['without a serial', { bankSerial: '' }, {}, 'CLR-PAY-AMOUNT'],
    ['under a serial that is taken', {}, { serialTaken: true }, 'CLR-PAY-SERIAL'],
    ['of a line that isn’t there', { lineNo: 3 }, {}, 'CLR-PAY-LINE'],
    ['of an unknown notice', {}, { lines: undefined }, 'CLR-PAY-LINE'],
    ['before it is submitted', {}, { step: 'ISSUED' }, 'CLR-NTC-STATE'],
  ])('%s', (_, change, standing, expected) => {
    const reply = recordPayment({ ...payment, ...change }, { ...context, ...standing });
    expect(reply.ok ? reply.standing.paidFen : reply.code).toBe(expected);
  });

  test('the state of the notice follows its lines', () => {
    const line = (at: number, paidFen: number, confirmed = false): LineStanding => ({
      ...(standings[at] as LineStanding),
      paidFen: paidFen as Fen,
      confirmed,
    });
    expect(noticeState('ISSUED', standings)).toBe('ISSUED');
    expect(noticeState('SUBMITTED', standings)).toBe('SUBMITTED');
    expect(noticeState('SUBMITTED', [line(0, 1), line(1, 0)])).toBe('PARTIAL');
    expect(noticeState('SUBMITTED', [line(0, 280_000), line(1, 479_999)])).toBe('PARTIAL');
    expect(noticeState('SUBMITTED', [line(0, 280_000, true), line(1, 480_000)])).toBe('PAID');
    expect(noticeState('SUBMITTED', [line(0, 280_000, true), line(1, 480_000, true)])).toBe(
      'CONFIRMED_BY_PAYEE',
    );
    expect(confirmReceipt('N', line(1, 479_999))).toMatchObject({ code: 'CLR-NTC-STATE' });
    expect(confirmReceipt('N', line(1, 480_000))).toMatchObject({ standing: { confirmed: true } });
  });

  test('void only before it is submitted', () => {
    expect(stepNotice('N', 'ISSUED', 'void')).toEqual({ ok: true, step: 'VOID' });
    expect(stepNotice('N', 'SUBMITTED', 'void')).toMatchObject({ code: 'CLR-NTC-STATE' });
    expect(stepNotice('N', 'VOID', 'submit')).toMatchObject({ code: 'CLR-NTC-STATE' });
  });

  test('R13: more than the line, PAID though it isn’t, one serial twice', () => {
    const rows = (payments: Payment[], paid: string[] = []) =>
      checkR13(gross, payments, new Set(paid)).map(({ row }) => row);
    const line = `${payment.noticeNo}/2`;
    expect(rows([payment], [line])).toEqual([]);
    expect(rows([payment, { ...payment, bankSerial: 'B2', paidFen: fen(1) }])).toEqual([`${line} paid`]);
    expect(rows([{ ...payment, paidFen: fen(479_999) }], [line])).toEqual([`${line} is PAID`]);
    const halves = { ...payment, paidFen: fen(240_000) };
    expect(rows([halves, halves], [line])).toEqual(['serial 440000 B1']);
    expect(rows([halves, { ...halves, noticeNo: 'N-110000-202603-MONTHLY-PAY-1', lineNo: 1 }])).toEqual([]);
  });
});

describe('a line of a bank statement', () => {
  const open: OpenLine[] = [
    { noticeNo: 'N-A-202603-MONTHLY-PAY-1', lineNo: 1, counterparty: '110000', leftFen: fen(280_000) },
    { noticeNo: 'N-A-202603-MONTHLY-PAY-1', lineNo: 2, counterparty: '220000', leftFen: fen(480_000) },
    { noticeNo: 'N-A-202603-MONTHLY-PAY-12', lineNo: 1, counterparty: '220000', leftFen: fen(480_000) },
  ];
  test.each<[string, number, string, string | undefined, string]>([
    ['the only line of its amount', 280_000, '', undefined, 'N-A-202603-MONTHLY-PAY-1/1'],
    ['two lines of its amount', 480_000, '清算款', undefined, 'CLR-BANK-MANY'],
    [
      'the notice is named',
      480_000,
      '清算款N-A-202603-MONTHLY-PAY-1',
      undefined,
      'N-A-202603-MONTHLY-PAY-1/2',
    ],
    [
      'another revision is named',
      480_000,
      'N-A-202603-MONTHLY-PAY-12。',
      undefined,
      'N-A-202603-MONTHLY-PAY-12/1',
    ],
    [
      'a part, with notice and payee',
      100,
      'N-A-202603-MONTHLY-PAY-1',
      '220000',
      'N-A-202603-MONTHLY-PAY-1/2',
    ],
    ['a part of two lines of the notice', 100, 'N-A-202603-MONTHLY-PAY-1', undefined, 'CLR-BANK-MANY'],
    ['a part without a name', 100, '', '110000', 'CLR-BANK-NONE'],
    ['more than is left', 280_001, 'N-A-202603-MONTHLY-PAY-1', '110000', 'CLR-BANK-NONE'],
    ['another payee', 280_000, '', '330000', 'CLR-BANK-NONE'],
  ])('%s', (_, amount, remark, counterparty, expected) => {
    const bank = { ...payment, amountFen: fen(amount), remark, counterparty };
    const reply = matchBankLine(bank, open);
    expect(reply.ok ? `${reply.line.noticeNo}/${reply.line.lineNo}` : reply.code).toBe(expected);
  });
});

test.each([
  ['2026-05-25', 0, 'NONE'],
  ['2026-05-26', 1, 'REMIND'],
  ['2026-05-31', 4, 'REMIND'],
  ['2026-06-01', 5, 'REMIND'],
  ['2026-06-02', 6, 'WARN'],
  ['2026-06-15', 15, 'WARN'],
  ['2026-06-16', 16, 'PUBLISH'],
] as const)('on %s a notice due on 2026-05-25 is %i working days overdue: %s', (today, days, level) => {
  expect(overdueOn(localDate(today), localDate('2026-05-25'), defaultParameters)).toEqual({
    ok: true,
    days,
    level,
  });
});

test('overdue days into an unknown year are refused', () => {
  expect(overdueOn(localDate('2027-01-01'), localDate('2026-12-30'), defaultParameters)).toMatchObject({
    code: 'CAL-YEAR',
  });
});
