import { addDays, isWorkingDay, type LocalDate } from '@yijie/calendar';
import type { Refusal } from '@yijie/errors';
import type { ClearingParameters } from '../parameters.ts';

/** 1–5 working days: remind; 6–15: warn the superior; more: publish, and no new urgent increase for the payer (§4.8). */
export type OverdueLevel = 'NONE' | 'REMIND' | 'WARN' | 'PUBLISH';

export interface Overdue {
  readonly ok: true;
  /** Working days after the due date. No interest is computed. */
  readonly days: number;
  readonly level: OverdueLevel;
}

export function overdueOn(
  today: LocalDate,
  dueOn: LocalDate,
  parameters: Pick<ClearingParameters, 'overdueWarnFrom' | 'overduePublishFrom'>,
): Overdue | Refusal<'CAL-YEAR'> {
  let days = 0;
  for (let day = addDays(dueOn, 1); day <= today; day = addDays(day, 1)) {
    const works = isWorkingDay(day);
    if (typeof works !== 'boolean') return works;
    if (works) days += 1;
  }
  return { ok: true, days, level: levelAfter(days, parameters) };
}

function levelAfter(
  days: number,
  { overdueWarnFrom, overduePublishFrom }: Pick<ClearingParameters, 'overdueWarnFrom' | 'overduePublishFrom'>,
): OverdueLevel {
  if (days === 0) return 'NONE';
  if (days < overdueWarnFrom) return 'REMIND';
  return days < overduePublishFrom ? 'WARN' : 'PUBLISH';
}
