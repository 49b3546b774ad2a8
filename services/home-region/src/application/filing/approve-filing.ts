import { localDateAt } from '@yijie/calendar';
import { type Refusal, refuse } from '@yijie/errors';
import type { Queryable } from '@yijie/postgres';
import { filingHistory } from '../../repositories/filing/filing-rows.ts';
import { actOnFiling, lockFiling } from './act-on-filing.ts';
import type { FilingActor, Registry } from './filing-registry.ts';
import type { FilingResult } from './submit-filing.ts';

/**
 * Approves a filing. Nobody approves alone what they applied for themselves, nor one that begins before it was applied
 * for: both take the second person, whose presence `second` tells.
 */
export async function approveFiling(
  registry: Registry,
  tx: Queryable,
  filingId: string,
  actor: FilingActor,
  second: { readonly ok: true } | Refusal,
  nowMs: number,
): Promise<FilingResult> {
  const found = await lockFiling(tx, filingId, actor);
  if (found === undefined) return { ...refuse('FIL-NOTFOUND', { filingId }), keepsKey: false };
  const { record } = found;
  const [application] = await filingHistory(tx, filingId);
  const ownApplication = application?.actor === actor.name;
  if (!second.ok && (ownApplication || record.from < localDateAt(record.appliedAt)))
    return { ...second, keepsKey: false };
  return actOnFiling(registry, tx, filingId, { kind: 'approve' }, actor, nowMs);
}
