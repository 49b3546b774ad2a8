import { expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import { defaultParameters, period } from '@yijie/clearing';
import { listFigures } from './list-figures.ts';
import type { OpenCount } from './open-count.ts';

const { calendar } = defaultParameters;
const count = (
  settledPeriod: number,
  state: OpenCount['state'],
  change: Partial<OpenCount> = {},
): OpenCount => ({
  settledPeriod: period(settledPeriod),
  state,
  rows: 1,
  unconfirmed: 0,
  oldestAtMs: 1_000,
  ...change,
});

test('an empty list has nothing late', () => {
  expect(listFigures([], localDate('2026-04-10'), calendar)).toEqual({
    byState: { ONE_SIDED: 0, DIFFERENT: 0, MATCHED: 0 },
    oldestUnmatchedAtMs: undefined,
    unconfirmed: 0,
    confirmDaysLeft: 10,
    byMonthsLate: { '1': 0, '2': 0, more: 0 },
  });
});

test('rows are counted by match, by months since their own, and by what their hospitals owe', () => {
  const counts = [
    count(202604, 'MATCHED', { rows: 9, unconfirmed: 9, oldestAtMs: 1 }),
    count(202603, 'MATCHED', { rows: 5, unconfirmed: 4, oldestAtMs: 2 }),
    count(202603, 'ONE_SIDED', { rows: 2, unconfirmed: 2, oldestAtMs: 7 }),
    count(202602, 'DIFFERENT', { rows: 3, unconfirmed: 1, oldestAtMs: 5 }),
    count(202512, 'MATCHED', { unconfirmed: 1 }),
  ];
  expect(listFigures(counts, localDate('2026-04-10'), calendar)).toMatchObject({
    byState: { ONE_SIDED: 2, DIFFERENT: 3, MATCHED: 15 },
    oldestUnmatchedAtMs: 5,
    unconfirmed: 5,
    byMonthsLate: { '1': 7, '2': 3, more: 1 },
  });
});

test.each([
  ['2026-04-18', 2],
  ['2026-04-20', 0],
  ['2026-04-30', -10],
  ['2026-05-01', 19],
])('on %s, %i days are left to confirm last month', (today, expected) => {
  expect(listFigures([], localDate(today), calendar).confirmDaysLeft).toBe(expected);
});
