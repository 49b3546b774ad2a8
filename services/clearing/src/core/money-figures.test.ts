import { expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import { defaultParameters } from '@yijie/clearing';
import { moneyFigures, signDaysLeft } from './money-figures.ts';

const notice = { dueOn: localDate('2026-05-25') };

test.each([
  ['four working days before', '2026-05-19', 0, 0, 0],
  ['three working days before', '2026-05-20', 1, 0, 0],
  ['on the day', '2026-05-25', 1, 1, 0],
  ['a day late', '2026-05-26', 0, 0, 1],
])('%s', (_, today, within3, on, late) => {
  const { dueWithin, overdue } = moneyFigures([notice], localDate(today), defaultParameters);
  expect([dueWithin['3'], dueWithin['0'], overdue.REMIND]).toEqual([within3, on, late]);
});

test.each([
  ['2026-06-01', 'REMIND'],
  ['2026-06-02', 'WARN'],
  ['2026-06-16', 'PUBLISH'],
] as const)('overdue on %s: %s', (today, level) => {
  expect(moneyFigures([notice], localDate(today), defaultParameters).overdue[level]).toBe(1);
});

test('days left to sign', () => {
  expect(signDaysLeft(localDate('2026-04-25'), localDate('2026-04-23'))).toBe(2);
  expect(signDaysLeft(localDate('2026-04-25'), localDate('2026-04-26'))).toBe(-1);
  expect(signDaysLeft(undefined, localDate('2026-04-26'))).toBe(99);
});
