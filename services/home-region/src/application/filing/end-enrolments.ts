import { applyFilingEvent, type FilingRecord } from '@yijie/filing';
import type { Queryable } from '@yijie/postgres';
import type { Member } from '../../core/members/member.ts';
import { appendVersions, filingsOfPersons, type NewVersion } from '../../repositories/filing/filing-rows.ts';
import { contextOf, type FilingActor, type Registry } from './filing-registry.ts';

/**
 * Ends the filings of people who aren't insured here any more: stopped, moved to another pool, or in another scheme,
 * whose people file anew. Runs in the transaction that changes the enrolment; the members' rows are written already,
 * so that nobody else files for them meanwhile.
 */
export async function endEnrolments(
  registry: Pick<Registry, 'parameters'>,
  tx: Queryable,
  members: readonly Member[],
  actor: FilingActor,
  nowMs: number,
): Promise<FilingRecord[]> {
  if (members.length === 0) return [];
  const held = await filingsOfPersons(
    tx,
    members.map(({ personToken }) => personToken),
  );
  const versions: NewVersion[] = [];
  for (const member of members) {
    const context = contextOf(registry, member, [], actor, nowMs);
    for (const { record, scheme } of held.get(member.personToken) ?? []) {
      const registered = applyFilingEvent(record, { event: 'enrolment-ended' }, context);
      // What has ended already stays as it is.
      if (!registered.ok) continue;
      const owner = { ...member, scheme };
      for (const [index, version] of registered.rows.entries()) {
        const transition = registered.transitions[index];
        if (transition !== undefined) versions.push({ owner, record: version, transition });
      }
    }
  }
  await appendVersions(tx, versions);
  return versions.map(({ record }) => record);
}
