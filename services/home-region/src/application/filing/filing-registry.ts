import { type Instant, localDateAt } from '@yijie/calendar';
import type { RegionDirectory } from '@yijie/codes';
import type { FilingParameterBook, FilingParameters, FilingRecord, RegistryContext } from '@yijie/filing';
import type { Queryable } from '@yijie/postgres';
import type { Ids } from '@yijie/runtime';
import type { ColumnCipher } from '@yijie/security';
import type { Member } from '../../core/members/member.ts';
import { filingsOfPersons } from '../../repositories/filing/filing-rows.ts';
import { hasSettledIn } from '../../repositories/queries/settlements-of-person.ts';

/** What every use case of the filing registry stands on. */
export interface Registry {
  readonly ids: Ids;
  readonly parameters: FilingParameterBook;
  readonly regions: RegionDirectory;
  /** Contact data of a form is stored encrypted. */
  readonly cipher: ColumnCipher;
}

export interface FilingActor {
  /** As the history and the audit trail name it. */
  readonly name: string;
  /** Whose people it may file for; undefined for all. */
  readonly pool: string | undefined;
  /** Two persons of the agency act together: a filing may then reach into the past. */
  readonly withSecondPerson: boolean;
  /** An insured person: anybody else's filings look like none at all. */
  readonly personToken?: string | undefined;
}

/** How far two persons may date a filing back. */
const RETROACTIVE_DAYS_MAX = 366;

/** What the registry's rules need to know of a person whose row is locked. */
export async function registryContext(
  registry: Registry,
  tx: Queryable,
  member: Member,
  actor: FilingActor,
  nowMs: number,
): Promise<RegistryContext> {
  const filings = await filingsOfPersons(tx, [member.personToken]);
  const held = (filings.get(member.personToken) ?? []).filter(({ scheme }) => scheme === member.scheme);
  return contextOf(
    registry,
    member,
    held.map(({ record }) => record),
    actor,
    nowMs,
  );
}

export function contextOf(
  registry: Pick<Registry, 'parameters'>,
  member: Member,
  held: readonly FilingRecord[],
  actor: FilingActor,
  nowMs: number,
): RegistryContext {
  const today = localDateAt(nowMs);
  const parameters = registry.parameters.on(member.homePool, today);
  return {
    now: nowMs as Instant,
    today,
    actor: actor.name,
    parameters: actor.withSecondPerson ? retroactive(parameters) : parameters,
    homePool: member.homePool,
    enrolment: member.insuredStatus,
    held,
    // The stay runs at the treatment site, and its settlement keeps what covered its admission.
    openStay: false,
    used: false,
  };
}

/** Whether a settlement has relied on the filing since it took effect: its lock then holds (§1.7). */
export async function withUse(
  tx: Queryable,
  context: RegistryContext,
  personToken: string,
  filing: FilingRecord,
): Promise<RegistryContext> {
  const { effectiveAt } = filing;
  if (effectiveAt === undefined || filing.lockedUntil === undefined) return context;
  return { ...context, used: await hasSettledIn(tx, personToken, effectiveAt, filing.targetRegion) };
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
