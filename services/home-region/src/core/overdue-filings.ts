import { addDays, daysBetween, type LocalDate } from '@yijie/calendar';

/**
 * Filings that have waited longer than one working day (clearing-and-filing §6.6, FIL-AGE), of the days on which they
 * were applied for. Saturdays and Sundays don't count; public holidays do, until the state's holiday table is at hand.
 */
export function overdueFilings(appliedOn: readonly LocalDate[], today: LocalDate): number {
  return appliedOn.filter((day) => today > nextWeekday(day)).length;
}

function nextWeekday(day: LocalDate): LocalDate {
  let next = addDays(day, 1);
  while (isWeekend(next)) next = addDays(next, 1);
  return next;
}

/** 2024-01-01 was a Monday. */
function isWeekend(day: LocalDate): boolean {
  const weekday = ((daysBetween('2024-01-01' as LocalDate, day) % 7) + 7) % 7;
  return weekday >= 5;
}
