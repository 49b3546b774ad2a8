import { addWorkingDays, type LocalDate } from '@yijie/calendar';
import type { Refusal } from '@yijie/errors';
import type { ClearingCalendar } from '../parameters.ts';
import { dayOfPeriod, nextPeriod, type Period } from '../period.ts';

/** Calendar days of the month after the settlement month; they don't roll over holidays (§4.3). */
export interface RunDays {
  readonly matchOn: LocalDate;
  readonly confirmOn: LocalDate;
  readonly generateOn: LocalDate;
  /** Last day to sign or return. */
  readonly signOn: LocalDate;
  /** Last day of the month. */
  readonly noticeOn: LocalDate;
}

export function runDays(period: Period, calendar: ClearingCalendar): RunDays {
  const month = nextPeriod(period);
  return {
    matchOn: dayOfPeriod(month, calendar.dayMatch),
    confirmOn: dayOfPeriod(month, calendar.dayConfirm),
    generateOn: dayOfPeriod(month, calendar.dayGenerate),
    signOn: dayOfPeriod(month, calendar.daySign),
    noticeOn: dayOfPeriod(month, 31),
  };
}

/** Steps of money, in working days from the notice on, each from the one before. */
export interface MoneyDays {
  readonly ok: true;
  /** The agency has handed the notice to finance. */
  readonly submitBy: LocalDate;
  /** Finance has paid: the due date of the notice. */
  readonly payBy: LocalDate;
  /** Bank facts reported and booked. */
  readonly feedbackBy: LocalDate;
  /** A province has collected from its pools. */
  readonly collectBy: LocalDate;
}

/** Refused when a step falls into a year whose holidays aren't known. */
export function moneyDays(noticeOn: LocalDate, calendar: ClearingCalendar): MoneyDays | Refusal<'CAL-YEAR'> {
  const collect = addWorkingDays(noticeOn, calendar.wdCollect);
  if (!collect.ok) return collect;
  const submit = addWorkingDays(noticeOn, calendar.wdSubmit);
  if (!submit.ok) return submit;
  const pay = addWorkingDays(submit.date, calendar.wdPay);
  if (!pay.ok) return pay;
  const feedback = addWorkingDays(pay.date, calendar.wdFeedback);
  if (!feedback.ok) return feedback;
  return {
    ok: true,
    submitBy: submit.date,
    payBy: pay.date,
    feedbackBy: feedback.date,
    collectBy: collect.date,
  };
}
