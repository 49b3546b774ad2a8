import { NATIONAL_CENTRE, type OwnerProgress, ownersOf, type Period, type RunOwner } from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import type { Queryable } from '@yijie/postgres';
import { appendAudit } from '../../repositories/audit.ts';
import {
  confirmedByMessage,
  type PlacedConfirmation,
  placedOf,
  removeConfirmations,
  reopenRows,
} from '../../repositories/hospital/confirmations.ts';
import { holdOwnerProgress } from '../../repositories/matching/candidates.ts';
import { placeRows } from '../matching/place-rows.ts';
import type { ConfirmCall, ConfirmRules } from './confirm-rows.ts';

export interface RolledBack {
  readonly ok: true;
  readonly rolledBack: number;
}

/** Takes a confirmation back, all of its message or nothing: not once a run of its rows is cut or something
 * was deducted, nor before a refund's. */
export async function rollBackConfirmation(
  tx: Queryable,
  { institutionCode, messageId, by, nowMs }: ConfirmCall,
  rules: ConfirmRules,
): Promise<RolledBack | Refusal> {
  const ids = await confirmedByMessage(tx, institutionCode, messageId);
  if (ids.length === 0) return refuse('MCH-MESSAGE', { messageId });
  const placed = await placedOf(tx, ids);
  const owners = [...new Set(placed.flatMap((row) => ownersOf(row)))].sort();
  const progress = await holdOwnerProgress(tx, owners);
  const rolled = new Set(ids);
  for (const row of placed) {
    const { refundId } = row;
    if (refundId !== undefined && !rolled.has(refundId)) return refuse('MCH-REFUNDED', { refundId });
    if (row.isDeducted) return refuse('MCH-DEDUCTED', { settlementId: row.settlementId });
    const cut = cutRun(row, progress);
    if (cut !== undefined) return refuse('MCH-CUT', { owner: cut.owner, period: `${cut.period}` });
  }
  await reopenRows(
    tx,
    placed.map(({ settlementId }) => settlementId),
    nowMs,
  );
  await removeConfirmations(tx, ids);
  await placeRows(tx, ids, rules, nowMs);
  const object = `confirmation:${institutionCode}/${messageId}`;
  await appendAudit(tx, [{ ...by, atMs: nowMs, action: 'hospital.roll-back', object }]);
  return { ok: true, rolledBack: ids.length };
}

function cutRun(
  row: PlacedConfirmation,
  progress: ReadonlyMap<RunOwner, OwnerProgress>,
): { readonly owner: RunOwner; readonly period: Period } | undefined {
  const { national, home, treatment } = row.membership;
  const owners = ownersOf(row);
  const periods = owners[0] === NATIONAL_CENTRE ? [national, home, treatment] : [home];
  for (const [index, owner] of owners.entries()) {
    const period = periods[index];
    if (period !== undefined && period < (progress.get(owner)?.openPeriod ?? 0)) return { owner, period };
  }
  return undefined;
}
