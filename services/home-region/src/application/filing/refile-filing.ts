import { refuse } from '@yijie/errors';
import { evidenceOf, type FilingRecord, refileFiling as refile } from '@yijie/filing';
import type { Queryable } from '@yijie/postgres';
import { refuseTarget } from '../../core/filing/filing-target.ts';
import { appendFilings } from '../../repositories/filing/filing-rows.ts';
import { lockFiling } from './act-on-filing.ts';
import { readParticulars, saveParticulars } from './filing-particulars.ts';
import { type FilingActor, type Registry, registryContext, withUse } from './filing-registry.ts';
import { decideAtOnce, type FilingResult, filingRequest } from './submit-filing.ts';

/** Cancels a filing to the wrong region and files for the right one, from today, with the papers of the first. */
export async function refileFiling(
  registry: Registry,
  tx: Queryable,
  filingId: string,
  targetRegion: string,
  actor: FilingActor,
  nowMs: number,
): Promise<FilingResult> {
  const misdirected = refuseTarget(registry.regions, targetRegion);
  if (misdirected !== undefined) return { ...misdirected, keepsKey: false };
  const found = await lockFiling(tx, filingId, actor);
  if (found === undefined) return { ...refuse('FIL-NOTFOUND', { filingId }), keepsKey: false };
  const { member, record } = found;
  const particulars = await readParticulars(registry.cipher, tx, filingId);
  const context = await withUse(
    tx,
    await registryContext(registry, tx, member, actor, nowMs),
    member.personToken,
    record,
  );
  const { type, channel, byCommitment } = record;
  const forReview = record.state === 'REQUESTED' || record.state === 'SUPPLEMENT';
  const form = { type, targetRegion, channel, byCommitment, forReview, particulars };
  const request = {
    ...filingRequest(registry, form, context),
    evidence: evidenceOf(record),
    selfService: !forReview,
  };
  const refiled = refile(record, request, context);
  if (!refiled.ok) return { ...refiled, keepsKey: true };
  const registered =
    channel === 'COUNTER' && !forReview && actor.personToken === undefined
      ? decideAtOnce(refiled, context)
      : refiled;
  if (!registered.ok) return { ...registered, keepsKey: true };
  await appendFilings(tx, member, registered);
  const filing = registered.rows[0] as FilingRecord;
  const added = registered.rows[registered.rows.length - 1] as FilingRecord;
  await saveParticulars(registry.cipher, tx, added, particulars, nowMs);
  return { ok: true, filing, added };
}
