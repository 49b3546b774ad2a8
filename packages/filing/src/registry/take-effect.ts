import { addDays, type Instant, type LocalDate } from '@yijie/calendar';
import type { FilingParameters } from './filing-parameters.ts';
import type { FilingRecord } from './filing-record.ts';
import { lockedUntil } from './validity.ts';

/** The filing in force: the lock of a long-term one and the time for a promised proof count from this day. */
export function takeEffect(
  filing: FilingRecord,
  at: Instant,
  day: LocalDate,
  parameters: FilingParameters,
): FilingRecord {
  return {
    ...filing,
    state: 'EFFECTIVE',
    effectiveAt: at,
    lockedUntil: lockedUntil(filing.type, day, parameters),
    proofDueOn: filing.proof === 'PENDING' ? addDays(day, parameters.commitmentProofDueDays) : undefined,
  };
}
