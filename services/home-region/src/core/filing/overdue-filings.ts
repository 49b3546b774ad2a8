import { addDays, addWorkingDays, type LocalDate } from '@yijie/calendar';

/**
 * Filings that have waited longer than one working day (clearing-and-filing §6.6, FIL-AGE), of the days on which they
 * were applied for. Into a year whose holidays aren't known yet, every day counts: an alarm too early is looked at, one
 * that never comes is not.
 */
export function overdueFilings(appliedOn: readonly LocalDate[], today: LocalDate): number {
  return appliedOn.filter((day) => {
    const lastInTime = addWorkingDays(day, 1);
    return today > (lastInTime.ok ? lastInTime.date : addDays(day, 1));
  }).length;
}
