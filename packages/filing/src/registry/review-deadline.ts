import { addWorkingDays, type LocalDate } from '@yijie/calendar';
import type { FilingParameters } from './filing-parameters.ts';

/**
 * Last working day for a decision that is asked for today (clearing-and-filing §1.3: online within two). Undefined
 * where the count runs into a year whose holidays aren't published yet: the filing is taken all the same.
 */
export function reviewDueOn(today: LocalDate, parameters: FilingParameters): LocalDate | undefined {
  const due = addWorkingDays(today, parameters.reviewWorkingDays);
  return due.ok ? due.date : undefined;
}
