import { describe, expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import type { Filing } from '@yijie/filing';
import { fen } from '@yijie/money';
import { dueAfter, workingDaysUsed } from '../filing/working-days-used.ts';
import { claimClass } from './reimburse.ts';
import { billOfItems, type Claim, type ClaimItem } from './reimbursement-claim.ts';
import { requiredMaterials } from './reimbursement-materials.ts';
import { afterEvent, REIMBURSEMENT_EVENTS, REIMBURSEMENT_STATES } from './reimbursement-states.ts';
import { type Deadline, lastDayOf, type ReimbursementTerms, termsBook } from './reimbursement-terms.ts';

describe('every state and event', () => {
  /** Rows are states, columns events in their order; - is refused. */
  const EXPECTED = `
                  preview-incomplete preview   receive  enter-bill   approve approve-nothing reject   pay  withdraw
    DRAFTED       DRAFTED            PREVIEWED RECEIVED -            -       -               -        -    WITHDRAWN
    PREVIEWED     DRAFTED            PREVIEWED RECEIVED -            -       -               -        -    WITHDRAWN
    RECEIVED      -                  -         -        UNDER_REVIEW -       -               REJECTED -    WITHDRAWN
    UNDER_REVIEW  -                  -         -        UNDER_REVIEW DECIDED CLOSED          REJECTED -    WITHDRAWN
    DECIDED       -                  -         -        -            -       -               -        PAID -
    CLOSED        -                  -         -        -            -       -               -        -    -
    PAID          -                  -         -        -            -       -               -        -    -
    REJECTED      -                  -         -        -            -       -               -        -    -
    WITHDRAWN     -                  -         -        -            -       -               -        -    -`;
  const rows = EXPECTED.trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));

  test('the table names them all', () => {
    expect(rows.map(([state]) => state)).toEqual([...REIMBURSEMENT_STATES]);
    expect(rows.every((row) => row.length === REIMBURSEMENT_EVENTS.length + 1)).toBe(true);
  });

  test.each(rows)('%s', (...row) => {
    const [state, ...cells] = row;
    const after = REIMBURSEMENT_EVENTS.map(
      (event) => afterEvent(state as (typeof REIMBURSEMENT_STATES)[number], event) ?? '-',
    );
    expect(after).toEqual(cells);
  });
});

describe('terms', () => {
  const terms = (change: Partial<ReimbursementTerms>): ReimbursementTerms => ({
    homePool: '*',
    from: localDate('2020-01-01'),
    deadline: { mode: 'MONTHS_FROM_DISCHARGE', months: 12 },
    mailingDays: 30,
    decisionWorkingDays: 30,
    accountMayPay: true,
    catalogueSide: 'home',
    source: 'test',
    ...change,
  });

  test.each([
    ['430100', '2024-12-31', 'pool until 2025'],
    ['430100', '2025-01-01', 'pool from 2025'],
    ['430200', '2025-01-01', 'province'],
    ['440100', '2025-01-01', 'everywhere'],
    ['440100', '2019-12-31', undefined],
  ])('of %s on %s: %s', (pool, day, source) => {
    const find = termsBook([
      terms({ source: 'everywhere' }),
      terms({ homePool: '430000', source: 'province' }),
      terms({ homePool: '430100', until: localDate('2025-01-01'), source: 'pool until 2025' }),
      terms({ homePool: '430100', from: localDate('2025-01-01'), source: 'pool from 2025' }),
    ]);
    expect(find(pool, localDate(day))?.source).toBe(source);
  });

  test.each<[string, Deadline, string | undefined, string]>([
    ['months from discharge', { mode: 'MONTHS_FROM_DISCHARGE', months: 3 }, '2024-11-30', '2025-02-28'],
    ['a year from discharge', { mode: 'MONTHS_FROM_DISCHARGE', months: 12 }, '2024-02-29', '2025-02-28'],
    ['the end of the next year', { mode: 'END_OF_NEXT_YEAR' }, '2024-12-31', '2025-12-31'],
    ['a day', { mode: 'DATE', date: localDate('2025-03-31') }, '2024-01-01', '2025-03-31'],
    [
      'months from an outpatient visit',
      { mode: 'MONTHS_FROM_DISCHARGE', months: 1 },
      undefined,
      '2024-02-10',
    ],
  ])('the last day by %s', (_, deadline, discharged, lastDay) => {
    const dischargeDate = discharged === undefined ? undefined : localDate(discharged);
    const visit = { admissionDate: localDate('2024-01-10'), dischargeDate };
    expect(lastDayOf(terms({ deadline }), visit)).toBe(lastDay);
  });
});

test.each([
  ['the same day', '2026-04-30', '2026-04-30', 0],
  // Holiday 1 to 5 May 2026, Saturday 9 May made up for it (clearing-and-filing §4.3).
  ['over a holiday and a make-up day', '2026-04-30', '2026-05-11', 5],
  ['past the last published year', '2026-12-30', '2027-01-15', undefined],
])('working days used: %s', (_, from, to, days) => {
  expect(workingDaysUsed(localDate(from), localDate(to))).toBe(days);
});

test('a decision falls due on a working day, or on none that is known yet', () => {
  expect(dueAfter(localDate('2026-04-30'), 5)).toBe('2026-05-11');
  expect(dueAfter(localDate('2026-12-01'), 30)).toBeUndefined();
});

test.each([
  ['inpatient', 'ORG-NOTNET', false, 'discharge-record'],
  ['maternity', 'MAT-CLOSED', false, 'discharge-record'],
  ['outpatient', 'ORG-NOTCHOSEN', false, 'prescription'],
  ['chronic', 'CHR-LIST', false, 'prescription'],
  ['inpatient', 'FIL-AFTER', false, 'discharge-record filing-proof'],
  ['inpatient', 'INJ-3P', true, 'discharge-record injury-statement'],
] as const)('papers of %s claimed for %s', (visitKind, cause, injury, further) => {
  expect(requiredMaterials({ visitKind, cause, injury })).toEqual([
    'identity',
    'receipt',
    'itemised-list',
    'bank-account',
    ...further.split(' '),
  ]);
});

describe('the ratio class of a claim', () => {
  const filing = (type: Filing['type'], change: Partial<Filing> = {}): Filing => ({
    filingId: type,
    type,
    targetRegion: '410100',
    from: localDate('2025-01-01'),
    state: 'EFFECTIVE',
    proof: 'COMPLETE',
    channel: 'COUNTER',
    ...change,
  });
  const later = { from: localDate('2025-05-01') };
  test.each<[string, Partial<Claim>, Filing[], string]>([
    ['covered by a long-term filing', {}, [filing('LT_RESIDENT')], 'LOCAL'],
    ['covered by a referral', {}, [filing('TM_REFERRAL')], 'REDUCED_A'],
    ['the better of two', {}, [filing('TM_OTHER'), filing('TM_REFERRAL')], 'REDUCED_A'],
    ['filed after paying', {}, [filing('TM_OTHER', later)], 'REDUCED_B'],
    ['filed for another region', {}, [filing('LT_RESIDENT', { targetRegion: '420100' })], 'HOME_POLICY'],
    ['an emergency nobody filed for', { emergency: true }, [], 'REDUCED_A'],
    ['an emergency beats the weakest class', { emergency: true }, [filing('TM_OTHER')], 'REDUCED_A'],
    ['an emergency worsens nothing', { emergency: true }, [filing('LT_WORKER')], 'LOCAL'],
    ['nobody filed', {}, [], 'HOME_POLICY'],
    ['treated at home', { treatmentPool: '430100' }, [], 'LOCAL'],
    ['chronic care', { visitKind: 'chronic' }, [filing('LT_RESIDENT')], 'HOME_POLICY'],
    ['maternity', { visitKind: 'maternity' }, [filing('LT_RESIDENT')], 'HOME_POLICY'],
  ])('%s', (_, change, filings, ratioClass) => {
    const claim = {
      visitKind: 'inpatient',
      treatmentPool: '410100',
      admissionDate: localDate('2025-03-20'),
      paidInFullOn: localDate('2025-04-01'),
      emergency: false,
      ...change,
    } as Claim;
    expect(claimClass(claim, { homePool: '430100' }, filings, localDate('2025-06-02'))).toBe(ratioClass);
  });
});

test('a bill of items is their sums by category and by group', () => {
  const item = (category: '09' | '11', group: string, selfPaid: number, inScope: number): ClaimItem => ({
    nationalCode: '',
    name: 'an item',
    category,
    group,
    totalFen: fen(selfPaid + inScope),
    selfPaidFen: fen(selfPaid),
    overLimitFen: fen(0),
    prepaySelfFen: fen(0),
    inScopeFen: fen(inScope),
  });
  const bill = billOfItems([item('09', '', 1, 9), item('11', 'TCM', 0, 5), item('09', 'TCM', 2, 3)]);
  expect(bill.categories.map(({ code, totalFen, selfPaidFen }) => [code, totalFen, selfPaidFen])).toEqual([
    ['09', 15, 3],
    ['11', 5, 0],
  ]);
  expect(bill.groups.map(({ group, totalFen, inScopeFen }) => [group, totalFen, inScopeFen])).toEqual([
    ['', 10, 9],
    ['TCM', 10, 8],
  ]);
});
