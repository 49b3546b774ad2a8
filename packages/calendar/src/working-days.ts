import { type Refusal, refuse } from '@yijie/errors';
import table from 'chinese-days/dist/chinese-days.json' with { type: 'json' };
import { addDays, daysBetween, type LocalDate } from './local-date.ts';

/**
 * Years whose holidays and make-up days (调休) the table knows: the State Council publishes the next year's in autumn.
 * A day outside them would look like an ordinary weekday, so it is refused instead. The test beside this file fails
 * when a newer table knows more.
 */
export const KNOWN_HOLIDAY_YEARS = { first: 2004, last: 2026 } as const;

/** Whether offices work on that day: weekdays but holidays, and the weekend days that make up for them. */
export function isWorkingDay(date: LocalDate): boolean | Refusal<'CAL-YEAR'> {
  const year = Number(date.slice(0, 4));
  if (year < KNOWN_HOLIDAY_YEARS.first || year > KNOWN_HOLIDAY_YEARS.last)
    return refuse('CAL-YEAR', { date });
  // The library's own functions read the machine's time zone; its data don't.
  if (Object.hasOwn(table.workdays, date)) return true;
  return !isWeekend(date) && !Object.hasOwn(table.holidays, date);
}

export type WorkingDay = { readonly ok: true; readonly date: LocalDate } | Refusal<'CAL-YEAR'>;

/** The day `count` working days after a day (before it when negative); the day itself doesn't count. 0 is the day itself. */
export function addWorkingDays(date: LocalDate, count: number): WorkingDay {
  const step = count < 0 ? -1 : 1;
  let reached = date;
  for (let left = Math.abs(count); left > 0; ) {
    reached = addDays(reached, step);
    const works = isWorkingDay(reached);
    if (typeof works !== 'boolean') return works;
    if (works) left -= 1;
  }
  return { ok: true, date: reached };
}

/** The day itself when offices work on it, else the next one on which they do. */
export function workingDayFrom(date: LocalDate): WorkingDay {
  const works = isWorkingDay(date);
  if (typeof works !== 'boolean') return works;
  return works ? { ok: true, date } : addWorkingDays(date, 1);
}

/** 2024-01-01 was a Monday. */
function isWeekend(date: LocalDate): boolean {
  const sinceMonday = daysBetween('2024-01-01' as LocalDate, date) % 7;
  return (sinceMonday + 7) % 7 >= 5;
}
