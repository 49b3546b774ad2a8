import { describe, expect, test } from '@jest/globals';
import table from 'chinese-days/dist/chinese-days.json' with { type: 'json' };
import { localDate } from './local-date.ts';
import { addWorkingDays, isWorkingDay, KNOWN_HOLIDAY_YEARS, workingDayFrom } from './working-days.ts';

const day = localDate;

describe('working days of the State Council', () => {
  test.each([
    ['2026-02-13', true, 'Friday'],
    ['2026-02-14', true, 'a Saturday that makes up for Spring Festival'],
    ['2026-02-15', false, 'Spring Festival begins'],
    ['2026-02-23', false, 'its last day, a Monday'],
    ['2026-02-24', true, 'offices open again'],
    ['2026-02-28', true, 'a second Saturday made up'],
    ['2026-09-30', true, 'Wednesday'],
    ['2026-10-01', false, 'National Day'],
    ['2026-10-08', true, 'Thursday'],
    ['2026-10-10', true, 'Saturday made up'],
    ['2026-11-21', false, 'an ordinary Saturday'],
    ['2026-11-22', false, 'an ordinary Sunday'],
    ['2026-11-23', true, 'an ordinary Monday'],
    ['2025-01-28', false, "the eve of the year 2025's Spring Festival"],
  ])('%s: %s (%s)', (date, expected) => {
    expect(isWorkingDay(day(date))).toBe(expected);
  });

  test.each([
    ['2026-09-30', 1, '2026-10-08'],
    ['2026-09-30', 2, '2026-10-09'],
    ['2026-09-30', 3, '2026-10-10'],
    ['2026-10-08', -1, '2026-09-30'],
    ['2026-11-20', 1, '2026-11-23'],
    ['2026-11-21', 1, '2026-11-23'],
    ['2026-11-21', 0, '2026-11-21'],
    ['2026-02-13', 2, '2026-02-24'],
  ])('%s and %i working days: %s', (from, count, until) => {
    expect(addWorkingDays(day(from), count)).toEqual({ ok: true, date: until });
  });

  test.each([
    ['2026-11-20', '2026-11-20'],
    ['2026-11-21', '2026-11-23'],
    ['2026-10-01', '2026-10-08'],
  ])('from %s on: %s', (from, until) => {
    expect(workingDayFrom(day(from))).toEqual({ ok: true, date: until });
  });

  test.each(['2003-12-31', '2027-01-01', '2027-10-01'])('nobody knows the holidays of %s', (date) => {
    expect(isWorkingDay(day(date))).toEqual({ ok: false, code: 'CAL-YEAR', values: { date } });
    expect(workingDayFrom(day(date))).toMatchObject({ code: 'CAL-YEAR' });
  });

  test('the known years end where the table does, and a count that runs out of them is refused', () => {
    const years = Object.keys(table.holidays).map((date) => Number(date.slice(0, 4)));
    expect({ first: Math.min(...years), last: Math.max(...years) }).toEqual(KNOWN_HOLIDAY_YEARS);
    expect(addWorkingDays(day('2026-12-31'), 1)).toEqual({
      ok: false,
      code: 'CAL-YEAR',
      values: { date: '2027-01-01' },
    });
  });
});
