import { refuse } from '@yijie/errors';
import { applyFilingEvent, type FilingRecord } from '@yijie/filing';
import type { Queryable } from '@yijie/postgres';
import { appendFilings, newestFiling } from '../repositories/filing-rows.ts';
import { lockMember } from '../repositories/member-rows.ts';
import { type FilingActor, registryContext } from './registry.ts';
import type { FilingResult } from './submit-filing.ts';

/** Ends a filing: withdrawn while it is only asked for or still to come, cancelled when it is in force. */
export async function cancelFiling(
  tx: Queryable,
  filingId: string,
  reason: string,
  actor: FilingActor,
  nowMs: number,
): Promise<FilingResult> {
  const seen = await newestFiling(tx, filingId);
  const member = seen && (await lockMember(tx, seen.personToken, actor.pool));
  // Read again under the lock: another clerk may have been first.
  const found = member && (await newestFiling(tx, filingId));
  // Another pool's filing looks like none at all.
  if (member === undefined || found === undefined)
    return { ...refuse('FIL-NOTFOUND', { filingId }), keepsKey: false };
  const context = await registryContext(tx, member, actor, nowMs);
  const command =
    found.record.state === 'EFFECTIVE'
      ? ({ event: 'cancel', reasonCode: reason } as const)
      : ({ event: 'withdraw' } as const);
  const registered = applyFilingEvent(found.record, command, context);
  if (!registered.ok) return { ...registered, keepsKey: true };
  await appendFilings(tx, found, registered);
  return { ok: true, filing: registered.rows[0] as FilingRecord };
}
