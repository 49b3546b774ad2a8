import { addDays, addWorkingDays, isWorkingDay, type LocalDate } from '@yijie/calendar';

/** Working days from a day to a later one, the first not counted; undefined where holidays aren't published. */
export function workingDaysUsed(from: LocalDate, to: LocalDate): number | undefined {
  let used = 0;
  for (let day = addDays(from, 1); day <= to; day = addDays(day, 1)) {
    const works = isWorkingDay(day);
    if (typeof works !== 'boolean') return undefined;
    if (works) used += 1;
  }
  return used;
}

/** The last of so many working days; undefined where holidays aren't published yet. */
export function dueAfter(from: LocalDate, workingDays: number): LocalDate | undefined {
  const due = addWorkingDays(from, workingDays);
  return due.ok ? due.date : undefined;
}
