import { addDays, type LocalDate, startOfDay } from '@yijie/calendar';
import type { FilingType } from '@yijie/codes';
import { type Refusal, refuse } from '@yijie/errors';
import { isFilingTarget, isSamePool } from '../region-coverage.ts';
import { refuseDuplicate } from './duplicates.ts';
import type { Channel, FilingRecord, Registered } from './filing-record.ts';
import type { RegistryContext } from './registry-context.ts';
import { allowsCommitment, requiredEvidence } from './required-evidence.ts';
import { takeEffect } from './take-effect.ts';

/** A filing that another system made and holds, as it says. */
export interface ImportedFiling {
  readonly filingId: string;
  readonly type: FilingType;
  readonly targetRegion: string;
  readonly from: LocalDate;
  /** First day on which it no longer holds. */
  readonly until?: LocalDate | undefined;
  readonly channel: Channel;
  readonly byCommitment: boolean;
  /** The proof that was promised hasn't come yet. */
  readonly proofPending: boolean;
  readonly appliedOn: LocalDate;
}

/**
 * Takes over a filing that was decided elsewhere: its papers were looked at there, so what is checked here is that it
 * can be at all (type, region, days, person) and that the person holds no other one for the same. It stands as its days
 * say: to come, in force, or over.
 */
export function importFiling(imported: ImportedFiling, context: RegistryContext): Registered | Refusal {
  const refusal = refuseImpossible(imported, context);
  if (refusal !== undefined) return refusal;
  const { today, now, actor, held, parameters } = context;
  const { filingId, type, targetRegion, from, until, channel, byCommitment, proofPending, appliedOn } =
    imported;
  const isOver = until !== undefined && until <= today;
  // What is over stands in nobody's way.
  const duplicate = isOver ? undefined : refuseDuplicate(imported, held, parameters);
  if (duplicate !== undefined) return duplicate;

  const appliedAt = startOfDay(appliedOn);
  const proof = requiredEvidence[type].length === 0 ? 'NONE' : proofPending ? 'PENDING' : 'COMPLETE';
  const decided: FilingRecord = {
    filingId,
    version: 1,
    type,
    targetRegion,
    from,
    until,
    state: 'SCHEDULED',
    channel,
    byCommitment,
    proof,
    appliedAt,
    decidedAt: appliedAt,
    decidedBy: actor,
  };
  const first = [from, appliedOn].toSorted()[1] ?? from;
  const row: FilingRecord =
    from > today
      ? decided
      : {
          ...takeEffect(decided, startOfDay(first), first, parameters),
          state: isOver ? 'EXPIRED' : 'EFFECTIVE',
        };
  const { state: to } = row;
  return {
    ok: true,
    rows: [row],
    transitions: [{ filingId, version: 1, to, event: 'import', actor, at: now }],
  };
}

function refuseImpossible(
  { type, targetRegion, from, until, channel, byCommitment, proofPending, appliedOn }: ImportedFiling,
  { homePool, enrolment, today }: RegistryContext,
): Refusal | undefined {
  if (type === 'TM_EMERGENCY' || channel === 'DEEMED') return refuse('FIL-DEEMED');
  if (!isFilingTarget(targetRegion) || isSamePool(targetRegion, homePool)) {
    return refuse('FIL-TARGET', { targetRegion });
  }
  if ((byCommitment && !allowsCommitment(type)) || (proofPending && !byCommitment)) {
    return refuse('FIL-NOCOMMIT', { filingType: type });
  }
  if (appliedOn > today || (until !== undefined && until <= from)) {
    const lastDay = until === undefined ? '' : addDays(until, -1);
    return refuse('FIL-DATES', { validFrom: from, lastDay });
  }
  if (enrolment === 'MOVED') return refuse('ENR-MOVED');
  return enrolment === 'STOPPED' ? refuse('ENR-INACTIVE', { enrolment }) : undefined;
}
