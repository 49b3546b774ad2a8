import { describe, expect, test } from '@jest/globals';
import { type Fen, fen } from '@yijie/money';
import {
  type Application,
  type ApplicationLine,
  type ApplicationState,
  confirmApplication,
  payableFen,
  refuseApplication,
  refusePayment,
} from './hospital-application.ts';

const LINE: ApplicationLine = {
  scheme: 'employee',
  visitKind: 'inpatient',
  times: 2,
  medicalFen: fen(1_000),
  fundFen: fen(600),
  accountFen: fen(100),
  cashFen: fen(290),
  hospitalPartFen: fen(10),
};
const OTHER: ApplicationLine = { ...LINE, scheme: 'resident' };

function application(state: ApplicationState, change: Partial<Application> = {}): Application {
  return {
    institutionCode: 'H1',
    period: 202603,
    revision: 1,
    treatmentPool: '110000',
    state,
    reason: '',
    lines: [LINE],
    deductFen: fen(0),
    withheldFen: fen(0),
    appliedAtMs: 0,
    decidedBy: 'agency:110000/clerk',
    decidedAtMs: undefined,
    paidAtMs: undefined,
    bankSerial: undefined,
    ...change,
  };
}

describe('applying for a month', () => {
  test.each<
    [
      string,
      Application | undefined,
      readonly ApplicationLine[],
      readonly ApplicationLine[],
      string | undefined,
    ]
  >([
    ['what the rows are', undefined, [LINE], [{ ...LINE }], undefined],
    ['again after a return', application('RETURNED'), [LINE], [LINE], undefined],
    ['again after taking it back', application('WITHDRAWN'), [LINE], [LINE], undefined],
    ['twice', application('APPLIED'), [LINE], [LINE], 'HAP-STATE'],
    ['once it is confirmed', application('CONFIRMED'), [LINE], [LINE], 'HAP-STATE'],
    ['once it is paid', application('PAID'), [LINE], [LINE], 'HAP-STATE'],
    ['without rows', undefined, [], [], 'HAP-EMPTY'],
    ['one fen too much', undefined, [{ ...LINE, fundFen: fen(601) }], [LINE], 'HAP-TOTALS'],
    ['a line too many', undefined, [LINE, OTHER], [LINE], 'HAP-TOTALS'],
    ['a line too few', undefined, [LINE], [LINE, OTHER], 'HAP-TOTALS'],
  ])('%s', (_, current, stated, counted, code) => {
    expect(refuseApplication(202603, current, stated, counted)?.code).toBe(code);
  });
});

test.each<[number, number, number]>([
  [0, 0, 700],
  [150, 50, 500],
  [900, 0, -200],
])('of 700, less %i deducted and %i withheld, %i are payable', (deduct, withheld, expected) => {
  expect(payableFen({ lines: [LINE], deductFen: deduct as Fen, withheldFen: withheld as Fen })).toBe(
    expected,
  );
});

describe('confirming', () => {
  test.each<[ApplicationState, number, number, string | undefined]>([
    ['APPLIED', 100, 600, undefined],
    ['APPLIED', 100, 601, 'HAP-WITHHELD'],
    ['APPLIED', 900, 1, 'HAP-WITHHELD'],
    ['APPLIED', 900, 0, undefined],
    ['RETURNED', 0, 0, 'HAP-STATE'],
    ['PAID', 0, 0, 'HAP-STATE'],
  ])('one that is %s with %i deducted and %i withheld', (state, deduct, withheld, code) => {
    const confirmed = confirmApplication(application(state), deduct as Fen, withheld as Fen);
    expect(confirmed.ok ? undefined : confirmed.code).toBe(code);
  });
});

describe('paying', () => {
  test.each<[string, ApplicationState, number, string, string | undefined]>([
    ['what is payable', 'CONFIRMED', 700, 'agency:110000/finance', undefined],
    ['one fen less', 'CONFIRMED', 699, 'agency:110000/finance', 'HAP-AMOUNT'],
    ['by who confirmed', 'CONFIRMED', 700, 'agency:110000/clerk', 'CLR-FOUREYES'],
    ['before it is confirmed', 'APPLIED', 700, 'agency:110000/finance', 'HAP-STATE'],
    ['twice', 'PAID', 700, 'agency:110000/finance', 'HAP-STATE'],
  ])('%s', (_, state, amount, by, code) => {
    expect(refusePayment(application(state), amount as Fen, by)?.code).toBe(code);
  });
});
