import type { LocalDate } from '@yijie/calendar';
import type { FilingEvent, FilingRecord } from './filing-record.ts';

/**
 * The event that a timer owes a filing on a day, if any. Applying it may make another one due (a filing that started
 * and ended while nobody looked), so a sweep asks again until there is none.
 */
export function dueEvent(filing: FilingRecord, today: LocalDate): FilingEvent | undefined {
  switch (filing.state) {
    case 'SCHEDULED':
      return filing.from <= today ? 'start' : undefined;
    case 'SUPPLEMENT':
      return filing.supplementDueOn !== undefined && today > filing.supplementDueOn
        ? 'supplement-timeout'
        : undefined;
    case 'EFFECTIVE':
      if (filing.until !== undefined && filing.until <= today) return 'expire';
      return filing.proof === 'PENDING' && filing.proofDueOn !== undefined && today > filing.proofDueOn
        ? 'proof-overdue'
        : undefined;
    case 'REQUESTED':
    case 'REJECTED':
    case 'CANCELLED':
    case 'CHANGED':
    case 'EXPIRED':
      return undefined;
  }
}
