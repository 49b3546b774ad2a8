import { describe, expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import { packNamed } from '../test/published-packs.ts';
import { benefitYear } from './benefit-year.ts';
import { selectPack } from './select-pack.ts';

const changsha = packNamed('changsha/employee-2025.yaml');
const question = (date: string) => ({
  homePool: '430100',
  scheme: 'employee' as const,
  date: localDate(date),
});

describe('the pack in force', () => {
  test.each([
    ['2024-12-31', 'POL-NONE'],
    ['2025-01-01', '430100-employee@2025-01-01'],
    ['2025-12-31', '430100-employee@2025-01-01'],
    ['2026-01-01', 'POL-NONE'],
  ])('on %s: %s', (date, expected) => {
    const selected = selectPack([changsha], question(date));
    expect(selected.ok ? selected.pack.version : selected.code).toBe(expected);
  });

  test('another pool or scheme is none', () => {
    expect(selectPack([changsha], { ...question('2025-06-01'), homePool: '420100' })).toEqual({
      ok: false,
      code: 'POL-NONE',
      values: { homePool: '420100', scheme: 'employee', date: '2025-06-01' },
    });
  });

  test('two on one day are refused: nobody chooses for the region', () => {
    const selected = selectPack([changsha, { ...changsha }], question('2025-06-01'));
    expect(selected.ok ? '' : selected.code).toBe('POL-OVERLAP');
  });
});

describe('the benefit year', () => {
  const shanghai = packNamed('shanghai/employee-2025.yaml');

  test.each([
    ['2025-06-30', '2024-07', '2024-07-01', '2025-07-01'],
    ['2025-07-01', '2025-07', '2025-07-01', '2026-07-01'],
  ])('of Shanghai employees on %s is %s', (day, label, from, until) => {
    expect(benefitYear(shanghai, localDate(day))).toEqual({ label, from, until });
  });

  test('is the calendar year elsewhere', () => {
    expect(benefitYear(changsha, localDate('2025-12-31'))).toEqual({
      label: '2025',
      from: '2025-01-01',
      until: '2026-01-01',
    });
  });
});
