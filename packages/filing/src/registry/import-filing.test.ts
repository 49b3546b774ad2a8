import { describe, expect, test } from '@jest/globals';
import { localDate, startOfDay } from '@yijie/calendar';
import { context, record, TODAY } from '../../test/registry.ts';
import { type ImportedFiling, importFiling } from './import-filing.ts';

const imported = (change: Partial<ImportedFiling> = {}): ImportedFiling => ({
  filingId: 'I1',
  type: 'TM_OTHER',
  targetRegion: '440100',
  from: localDate('2025-07-01'),
  until: localDate('2026-01-01'),
  channel: 'COUNTER',
  byCommitment: false,
  proofPending: false,
  appliedOn: localDate('2025-06-20'),
  ...change,
});

function row(change: Partial<ImportedFiling>, around = context()) {
  const result = importFiling(imported(change), around);
  if (!result.ok) throw new Error(result.code);
  expect(result.transitions).toMatchObject([{ event: 'import', version: 1, to: result.rows[0]?.state }]);
  return result.rows[0];
}

describe('a filing that was decided elsewhere', () => {
  test.each([
    ['ended the day before', '2025-01-01', '2025-07-15', 'EXPIRED'],
    ['holds its last day', '2025-01-01', '2025-07-16', 'EFFECTIVE'],
    ['begins today', '2025-07-15', '2026-01-15', 'EFFECTIVE'],
    ['begins tomorrow', '2025-07-16', '2026-01-16', 'SCHEDULED'],
  ])('%s: %s to %s, %s', (_what, from, until, state) => {
    expect(row({ from: localDate(from), until: localDate(until) })).toMatchObject({ state });
  });

  test('took effect on its first day, or when it was applied for later', () => {
    expect(row({})?.effectiveAt).toBe(startOfDay(localDate('2025-07-01')));
    expect(row({ appliedOn: localDate('2025-07-10') })?.effectiveAt).toBe(
      startOfDay(localDate('2025-07-10')),
    );
    expect(
      row({ from: localDate('2025-08-01'), until: localDate('2026-02-01') })?.effectiveAt,
    ).toBeUndefined();
  });

  test('keeps the lock and the proof that it owes', () => {
    const longTerm = { type: 'LT_WORKER', until: undefined } as const;
    expect(row(longTerm)).toMatchObject({
      proof: 'COMPLETE',
      lockedUntil: '2026-01-01',
      proofDueOn: undefined,
    });
    expect(row({ ...longTerm, byCommitment: true, proofPending: true })).toMatchObject({
      proof: 'PENDING',
      proofDueOn: '2025-12-28',
    });
  });

  test.each([
    ['an emergency', { type: 'TM_EMERGENCY' as const }, 'FIL-DEEMED'],
    ['one that a settlement made', { channel: 'DEEMED' as const }, 'FIL-DEEMED'],
    ['a district', { targetRegion: '440106' }, 'FIL-TARGET'],
    ['the home region', { targetRegion: '430100' }, 'FIL-TARGET'],
    ['a promise for a referral', { type: 'TM_REFERRAL' as const, byCommitment: true }, 'FIL-NOCOMMIT'],
    ['proof owed without a promise', { type: 'LT_WORKER' as const, proofPending: true }, 'FIL-NOCOMMIT'],
    ['an end before its beginning', { until: localDate('2025-07-01') }, 'FIL-DATES'],
    ['applied for tomorrow', { appliedOn: localDate('2025-07-16') }, 'FIL-DATES'],
  ])('%s is refused', (_what, change, code) => {
    expect(importFiling(imported(change), context())).toMatchObject({ ok: false, code });
  });

  test.each([
    ['MOVED', 'ENR-MOVED'],
    ['STOPPED', 'ENR-INACTIVE'],
    ['ARREARS', 'ok'],
    ['WAITING', 'ok'],
  ] as const)('of somebody whose enrolment is %s: %s', (enrolment, expected) => {
    const result = importFiling(imported(), context({ enrolment }));
    expect(result.ok ? 'ok' : result.code).toBe(expected);
  });

  test('a second one for the same is refused, unless it is over', () => {
    const held = [record({ until: undefined })];
    expect(importFiling(imported(), context({ held }))).toMatchObject({ code: 'FIL-DUP' });
    const over = imported({ from: localDate('2025-01-01'), until: TODAY });
    expect(importFiling(over, context({ held })).ok).toBe(true);
  });
});
