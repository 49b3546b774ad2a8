import { describe, expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import { defaultFilingParameters } from './filing-parameters.ts';
import { type FilingParameterEntry, filingParameterBook, filingParameterEntry } from './parameter-book.ts';

const entry = (
  region: string,
  from: string,
  values: FilingParameterEntry['values'],
): FilingParameterEntry => ({ region, from, source: 'test', values });

const book = filingParameterBook([
  entry('430100', '2025-03-01', { longTermLockMonths: 3 }),
  entry('100000', '2025-01-01', { activeTemporaryMax: 5, longTermLockMonths: 4, validity: { TM_OTHER: 12 } }),
  entry('430000', '2025-02-01', { longTermLockMonths: 2, backdateDays: { LT_WORKER: 5 } }),
  entry('430100', '2025-06-01', { longTermLockMonths: 0, validity: { TM_REFERRAL: 9 } }),
]);

describe('the parameters of a region on a day', () => {
  test.each([
    ['430100', '2024-12-31', 6],
    ['430100', '2025-01-01', 4],
    ['430100', '2025-01-31', 4],
    ['430100', '2025-02-01', 2],
    ['430100', '2025-02-28', 2],
    ['430100', '2025-03-01', 3],
    ['430100', '2025-05-31', 3],
    ['430100', '2025-06-01', 0],
    ['430200', '2025-06-01', 2],
    ['440100', '2025-06-01', 4],
  ])("%s on %s: a lock of %i months, the nearest region's newest", (pool, day, lock) => {
    expect(book.on(pool, localDate(day)).longTermLockMonths).toBe(lock);
  });

  test('value by value: what a pool leaves out comes from its province, the nation, our defaults', () => {
    const changsha = book.on('430100', localDate('2025-07-01'));
    expect(changsha).toEqual({
      ...defaultFilingParameters,
      longTermLockMonths: 0,
      activeTemporaryMax: 5,
      backdateDays: { LT_WORKER: 5 },
      validity: { ...defaultFilingParameters.validity, TM_OTHER: 12, TM_REFERRAL: 9 },
    });
    expect(book.on('430100', localDate('2025-07-01'))).toBe(changsha);
  });

  test('two entries of a region on one day are refused', () => {
    const twice = [entry('430000', '2025-01-01', {}), entry('430000', '2025-01-01', {})];
    expect(() => filingParameterBook(twice)).toThrow('430000');
  });

  test.each([
    ['a lock past six months', { longTermLockMonths: 7 }],
    ['temporary filings of five months', { temporaryMonthsMin: 5 }],
    ['a value that nobody knows', { lockMonths: 3 }],
    ['an unknown type', { validity: { LT_STUDENT: 12 } }],
    ['a fraction', { supplementDays: 1.5 }],
  ])('%s is refused', (_what, values) => {
    expect(filingParameterEntry.safeParse(entry('430000', '2025-01-01', values as never)).success).toBe(
      false,
    );
  });

  test.each(['2025-02-29', '2025-1-1', ''])('"%s" is no day', (from) => {
    expect(filingParameterEntry.safeParse(entry('430000', from, {})).success).toBe(false);
  });
});
