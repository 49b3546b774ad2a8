import { addDays, type LocalDate } from '@yijie/calendar';
import type { FilingEvent, FilingRecord } from './filing-record.ts';

/**
 * The event that a timer owes a filing on a day, if any. Applying it may make another one due (a filing that started
 * and ended while nobody looked), so a sweep asks again until there is none.
 */
export function dueEvent(filing: FilingRecord, today: LocalDate): FilingEvent | undefined {
  return deadlines(filing).find(({ on }) => on <= today)?.event;
}

/** First day on which a timer owes the filing an event; undefined when none ever will. */
export function dueOn(filing: FilingRecord): LocalDate | undefined {
  let first: LocalDate | undefined;
  for (const { on } of deadlines(filing)) if (first === undefined || on < first) first = on;
  return first;
}

interface Deadline {
  readonly on: LocalDate;
  readonly event: FilingEvent;
}

/** In the order in which they come first when several have passed. */
function deadlines(filing: FilingRecord): Deadline[] {
  switch (filing.state) {
    case 'SCHEDULED':
      return [{ on: filing.from, event: 'start' }];
    case 'SUPPLEMENT':
      return after(filing.supplementDueOn, 'supplement-timeout');
    case 'EFFECTIVE':
      return [
        ...(filing.until === undefined ? [] : [{ on: filing.until, event: 'expire' } as const]),
        ...(filing.proof === 'PENDING' ? after(filing.proofDueOn, 'proof-overdue') : []),
      ];
    case 'REQUESTED':
    case 'REJECTED':
    case 'CANCELLED':
    case 'CHANGED':
    case 'EXPIRED':
      return [];
  }
}

/** The last day in time still belongs to the person. */
function after(lastDay: LocalDate | undefined, event: FilingEvent): Deadline[] {
  return lastDay === undefined ? [] : [{ on: addDays(lastDay, 1), event }];
}
