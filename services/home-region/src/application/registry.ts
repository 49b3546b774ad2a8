import { type Instant, localDateAt } from '@yijie/calendar';
import { defaultFilingParameters, type FilingParameters, type RegistryContext } from '@yijie/filing';
import type { Queryable } from '@yijie/postgres';
import type { Member } from '../core/member.ts';
import { filingsOfPerson } from '../repositories/filing-rows.ts';
import { hasSettled } from '../repositories/member-rows.ts';

export interface FilingActor {
  /** As the history and the audit trail name it. */
  readonly name: string;
  /** Whose people it may file for; undefined for all. */
  readonly pool: string | undefined;
  /** Two persons of the agency act together: a filing may then reach into the past. */
  readonly withSecondPerson: boolean;
}

/** How far two persons may date a filing back. */
const RETROACTIVE_DAYS_MAX = 366;

/** What the registry's rules need to know of a person. */
export async function registryContext(
  tx: Queryable,
  member: Member,
  actor: FilingActor,
  nowMs: number,
): Promise<RegistryContext> {
  const held = (await filingsOfPerson(tx, member.personToken)).filter((one) => one.scheme === member.scheme);
  return {
    now: nowMs as Instant,
    today: localDateAt(nowMs),
    actor: actor.name,
    parameters: actor.withSecondPerson ? retroactive(defaultFilingParameters) : defaultFilingParameters,
    homePool: member.homePool,
    enrolment: member.insuredStatus,
    held: held.map((one) => one.record),
    // The stay runs at the treatment site, and its settlement keeps what covered its admission.
    openStay: false,
    used: await hasSettled(tx, member.personToken),
  };
}

function retroactive(parameters: FilingParameters): FilingParameters {
  const days = RETROACTIVE_DAYS_MAX;
  return {
    ...parameters,
    backdateDays: {
      LT_RETIREE: days,
      LT_RESIDENT: days,
      LT_WORKER: days,
      TM_REFERRAL: days,
      TM_OTHER: days,
      MATERNITY: days,
    },
  };
}
