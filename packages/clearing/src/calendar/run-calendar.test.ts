import { expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import { defaultParameters, parametersOn } from '../parameters.ts';
import { period } from '../period.ts';
import { moneyDays, runDays } from './run-calendar.ts';

const { calendar } = defaultParameters;

test('the month after: days 3, 20, 21, 25 and the last, holidays or not', () => {
  expect(runDays(period(202603), calendar)).toEqual({
    matchOn: '2026-04-03',
    confirmOn: '2026-04-20',
    generateOn: '2026-04-21',
    signOn: '2026-04-25',
    noticeOn: '2026-04-30',
  });
  expect(runDays(period(202601), calendar).noticeOn).toBe('2026-02-28');
  expect(runDays(period(202512), calendar).matchOn).toBe('2026-01-03');
});

test('money steps count working days: May Day holidays and the make-up Saturday 2026-05-09', () => {
  expect(moneyDays(localDate('2026-04-30'), calendar)).toMatchObject({
    ok: true,
    submitBy: '2026-05-11',
    payBy: '2026-05-25',
    feedbackBy: '2026-06-01',
    collectBy: '2026-05-08',
  });
});

test('a step past the last known year is refused, not guessed', () => {
  expect(moneyDays(localDate('2026-12-31'), calendar)).toMatchObject({ ok: false, code: 'CAL-YEAR' });
});

test('parameters are dated: the versions begun by the day, in order of their days', () => {
  const versions = [
    { from: localDate('2026-07-01'), changes: { maxLateMonths: 3 } },
    {
      from: localDate('2026-01-01'),
      changes: { nettingMode: 'PAIR' as const, calendar: { dayConfirm: 18 } },
    },
  ];
  expect(parametersOn(localDate('2025-12-31'), versions)).toEqual(defaultParameters);
  const spring = parametersOn(localDate('2026-06-30'), versions);
  expect([spring.nettingMode, spring.maxLateMonths, spring.calendar.dayConfirm]).toEqual(['PAIR', 2, 18]);
  expect(spring.calendar.daySign).toBe(25);
  expect(parametersOn(localDate('2026-07-01'), versions)).toMatchObject({
    nettingMode: 'PAIR',
    maxLateMonths: 3,
  });
});
