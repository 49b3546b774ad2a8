import { describe, expect, test } from '@jest/globals';
import { rangeContains, rangesOverlap } from './date-range.ts';
import {
  addDays,
  addMonths,
  completedMonths,
  completedYears,
  daysBetween,
  localDate,
  localDateAt,
  localDateFromNumber,
  localDateToNumber,
  parseLocalDate,
  startOfDay,
} from './local-date.ts';

describe('LocalDate', () => {
  test.each(['2025-02-29', '2025-13-01', '2025-00-10', '2025-1-01', '20250101', '2025-04-31'])(
    '%s is no day',
    (text) => {
      expect(parseLocalDate(text)).toBeUndefined();
    },
  );

  test('the number form is checked too', () => {
    expect(localDateFromNumber(20240229)).toBe('2024-02-29');
    expect(localDateFromNumber(20250229)).toBeUndefined();
    expect(localDateFromNumber(2025)).toBeUndefined();
    expect(localDateToNumber(localDate('2025-02-05'))).toBe(20_250_205);
  });

  test('the day changes at midnight in Shanghai', () => {
    const midnight = Date.UTC(2024, 11, 31, 16, 0, 0);
    expect(localDateAt(midnight - 1)).toBe('2024-12-31');
    expect(localDateAt(midnight)).toBe('2025-01-01');
    expect(startOfDay(localDate('2025-01-01'))).toBe(midnight);
  });

  test.each([
    ['2025-01-31', 1, '2025-02-28'],
    ['2024-01-31', 1, '2024-02-29'],
    ['2025-12-31', 2, '2026-02-28'],
    ['2025-03-15', -3, '2024-12-15'],
    ['2025-08-31', 6, '2026-02-28'],
  ])('%s and %i months is %s', (from, months, expected) => {
    expect(addMonths(localDate(from), months)).toBe(expected);
  });

  test('days over a leap day', () => {
    expect(addDays(localDate('2024-02-28'), 2)).toBe('2024-03-01');
    expect(daysBetween(localDate('2024-02-28'), localDate('2024-03-01'))).toBe(2);
  });

  test.each([
    ['2025-01-31', '2025-02-28', 0],
    ['2025-01-31', '2025-03-01', 1],
    ['2024-06-15', '2025-06-14', 11],
    ['2024-06-15', '2025-06-15', 12],
    ['2025-06-15', '2025-06-15', 0],
  ])('since %s, on %s: %i months', (since, on, months) => {
    expect(completedMonths(localDate(since), localDate(on))).toBe(months);
  });

  test.each([
    ['1960-02-05', '2025-02-04', 64],
    ['1960-02-05', '2025-02-05', 65],
  ])('born %s, on %s: %i years', (birth, on, years) => {
    expect(completedYears(localDate(birth), localDate(on))).toBe(years);
  });
});

describe('half-open ranges', () => {
  const range = { from: localDate('2025-01-01'), until: localDate('2025-02-01') };

  test.each([
    ['2024-12-31', false],
    ['2025-01-01', true],
    ['2025-01-31', true],
    ['2025-02-01', false],
  ])('%s inside: %s', (day, inside) => {
    expect(rangeContains(range, localDate(day))).toBe(inside);
  });

  test('neighbours do not overlap, an open end overlaps what follows', () => {
    expect(rangesOverlap(range, { from: localDate('2025-02-01') })).toBe(false);
    expect(rangesOverlap({ from: localDate('2020-01-01') }, range)).toBe(true);
  });
});
