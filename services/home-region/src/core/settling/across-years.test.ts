import { describe, expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import { applyChange } from '@yijie/policy';
import fc from 'fast-check';
import { daysAcrossYears, shareByDays } from './across-years.ts';

describe('the days of a stay on both sides of 2026-01-01', () => {
  test.each([
    ['2025-12-22', '2026-01-11', 10, 20],
    ['2025-12-31', '2026-01-01', 1, 1],
    ['2025-12-31', '2026-01-02', 1, 2],
    ['2026-01-01', '2026-01-05', undefined, undefined],
    // Discharged before the year and settled in it: all of it is of the year before.
    ['2025-12-10', '2025-12-20', 10, 10],
    ['2025-12-31', '2025-12-31', 1, 1],
    ['2024-12-31', '2026-01-02', 366, 367],
  ])('%s to %s: %p of %p', (admission, discharge, earlier, total) => {
    const stay = {
      kind: 'inpatient' as const,
      admissionDate: localDate(admission),
      dischargeDate: localDate(discharge),
    };
    const yearFrom = localDate('2026-01-01');
    const days = daysAcrossYears(stay, { stayAcrossYears: 'by-days' }, { yearFrom });
    expect([days?.earlier, days?.total]).toEqual([earlier, total]);
    expect(daysAcrossYears(stay, { stayAcrossYears: 'whole' }, { yearFrom })).toBeUndefined();
  });

  test('an outpatient visit has no days to share', () => {
    const visit = { kind: 'outpatient' as const, admissionDate: localDate('2025-12-31') };
    const yearFrom = localDate('2026-01-01');
    expect(daysAcrossYears(visit, { stayAcrossYears: 'by-days' }, { yearFrom })).toBeUndefined();
  });
});

test('amounts are shared half-up to the fen, and the stay counts in the deciding year', () => {
  const change = { inpatientFundFen: 1_001, inpatientDeductibleFen: 3, inpatientStays: 1, 'x/Fen': 0 };
  expect(shareByDays(change, { total: 2, earlier: 1 })).toEqual({
    earlier: { inpatientFundFen: 501, inpatientDeductibleFen: 2 },
    deciding: { inpatientFundFen: 500, inpatientDeductibleFen: 1, inpatientStays: 1 },
  });
});

test('both years together are always the whole change', () => {
  const amounts = fc.dictionary(
    fc.constantFrom('inpatientFundFen', 'largeAmountPaidFen', 'inpatientStays', 'inpatientFundFen/M01'),
    fc.integer({ min: 1, max: 10_000_000_000 }),
  );
  fc.assert(
    fc.property(amounts, fc.integer({ min: 1, max: 400 }), fc.nat(), (change, total, any) => {
      const { deciding, earlier } = shareByDays(change, { total, earlier: any % (total + 1) });
      expect(applyChange(deciding, earlier)).toEqual(expect.objectContaining(change));
      for (const part of [...Object.values(deciding), ...Object.values(earlier)])
        expect(part).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 200 },
  );
});
