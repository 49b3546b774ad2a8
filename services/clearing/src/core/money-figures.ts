import { addWorkingDays, daysBetween, type LocalDate } from '@yijie/calendar';
import { type ClearingParameters, type OverdueLevel, overdueOn } from '@yijie/clearing';

/** A payment notice that isn't paid in full. */
export interface OpenNotice {
  readonly dueOn: LocalDate;
}

export interface MoneyFigures {
  /** Due within three working days, and today. */
  readonly dueWithin: Readonly<Record<'3' | '0', number>>;
  readonly overdue: Readonly<Record<Exclude<OverdueLevel, 'NONE'>, number>>;
}

/** What finance has to see: what falls due, and what is overdue by level. Beyond the known calendar nothing is counted. */
export function moneyFigures(
  notices: readonly OpenNotice[],
  today: LocalDate,
  parameters: Pick<ClearingParameters, 'overdueWarnFrom' | 'overduePublishFrom'>,
): MoneyFigures {
  const soon = addWorkingDays(today, 3);
  const dueWithin = { '3': 0, '0': 0 };
  const overdue = { REMIND: 0, WARN: 0, PUBLISH: 0 };
  for (const { dueOn } of notices) {
    if (dueOn < today) {
      const late = overdueOn(today, dueOn, parameters);
      if (late.ok && late.level !== 'NONE') overdue[late.level] += 1;
      continue;
    }
    if (dueOn === today) dueWithin['0'] += 1;
    if (soon.ok && dueOn <= soon.date) dueWithin['3'] += 1;
  }
  return { dueWithin, overdue };
}

/** Days until the oldest run that waits for signatures must have them; far away when none does. */
export function signDaysLeft(signOn: LocalDate | undefined, today: LocalDate): number {
  return signOn === undefined ? NO_RUN_WAITS : daysBetween(today, signOn);
}

const NO_RUN_WAITS = 99;
