import { daysBetween, type LocalDate } from '@yijie/calendar';
import { type ClearingCalendar, monthsBetween, periodOfDate, previousPeriod, runDays } from '@yijie/clearing';
import type { MatchState } from './decide-arrivals.ts';
import type { OpenCount } from './open-count.ts';

/** What the alarms of the exception list watch (clearing-and-filing §6.6). */
export interface ListFigures {
  readonly byState: Readonly<Record<MatchState, number>>;
  /** First fact of the oldest settlement that doesn't match; undefined when all do. */
  readonly oldestUnmatchedAtMs: number | undefined;
  /** Matched, of last month and before, without its hospital's word. */
  readonly unconfirmed: number;
  /** Until last month's confirmation ends; negative after it. */
  readonly confirmDaysLeft: number;
  readonly byMonthsLate: Readonly<Record<'1' | '2' | 'more', number>>;
}

export function listFigures(
  counts: readonly OpenCount[],
  today: LocalDate,
  calendar: ClearingCalendar,
): ListFigures {
  const thisMonth = periodOfDate(today);
  const lastMonth = previousPeriod(thisMonth);
  const byState = { ONE_SIDED: 0, DIFFERENT: 0, MATCHED: 0 };
  const byMonthsLate = { '1': 0, '2': 0, more: 0 };
  let oldestUnmatchedAtMs: number | undefined;
  let unconfirmed = 0;
  for (const { settledPeriod, state, rows, unconfirmed: withoutWord, oldestAtMs } of counts) {
    byState[state] += rows;
    if (state !== 'MATCHED') oldestUnmatchedAtMs = Math.min(oldestAtMs, oldestUnmatchedAtMs ?? oldestAtMs);
    if (state === 'MATCHED' && settledPeriod <= lastMonth) unconfirmed += withoutWord;
    const late = monthsBetween(settledPeriod, thisMonth);
    if (late >= 1) byMonthsLate[late === 1 ? '1' : late === 2 ? '2' : 'more'] += rows;
  }
  const confirmDaysLeft = daysBetween(today, runDays(lastMonth, calendar).confirmOn);
  return { byState, oldestUnmatchedAtMs, unconfirmed, confirmDaysLeft, byMonthsLate };
}
