import { localDateAt } from '@yijie/calendar';
import { refuse } from '@yijie/errors';
import type { Queryable } from '@yijie/postgres';
import type { CaseDecision, ReimbursementCase } from '../../core/claims/reimbursement-case.ts';
import type { RejectionReason } from '../../core/claims/reimbursement-claim.ts';
import { workingDaysUsed } from '../../core/filing/working-days-used.ts';
import { appendPersonYear } from '../../repositories/settling/person-year.ts';
import { computeReimbursement, type ReimbursementParts } from './compute-reimbursement.ts';
import { moveReimbursement } from './move-reimbursement.ts';
import type { CaseAnswer } from './open-reimbursement.ts';
import type { BureauActor } from './propose-correction.ts';

export type ReimbursementVerdict =
  /** `payableFen`: what the reviewer saw. */
  | { readonly approve: true; readonly payableFen: number; readonly reason: string }
  | { readonly approve: false; readonly reasonCode: RejectionReason; readonly reason: string };

/**
 * Decides a claim. It is computed again on what the person has used by now; approving moves accumulators and account
 * in this transaction, and the state lets it happen once.
 */
export function decideReimbursement(
  parts: ReimbursementParts,
  tx: Queryable,
  reimbursementId: Uint8Array,
  verdict: ReimbursementVerdict,
  actor: BureauActor,
  nowMs: number,
): Promise<CaseAnswer> {
  return moveReimbursement(tx, reimbursementId, actor, nowMs, async (found) => {
    if (found.entered?.by === actor.name) return refuse('REI-SAME');
    const { reason } = verdict;
    if (!verdict.approve) {
      const decision = decisionOf(found, actor, nowMs, verdict.reasonCode, reason);
      return { event: 'reject', change: { decision }, reason: `${verdict.reasonCode}: ${reason}` };
    }
    if (found.state !== 'UNDER_REVIEW' || found.entered === undefined)
      return refuse('REI-STATE', { state: found.state });
    const computed = await computeReimbursement(parts, tx, found, found.entered.bill, nowMs);
    if (!computed.ok) return computed;
    const { amounts, reimbursed, year } = computed;
    if (amounts.payableFen !== verdict.payableFen)
      return refuse('REI-DRIFT', { payableFen: `${amounts.payableFen}` });
    await appendPersonYear(tx, year, reimbursementId, reimbursed.accumulator, reimbursed.account);
    return {
      event: amounts.payableFen === 0 ? 'approve-nothing' : 'approve',
      change: { amounts, decision: decisionOf(found, actor, nowMs, '', reason) },
      reason,
    };
  });
}

function decisionOf(
  { receivedOn }: ReimbursementCase,
  { name }: BureauActor,
  nowMs: number,
  reasonCode: string,
  reason: string,
): CaseDecision {
  const handledDays = receivedOn === undefined ? undefined : workingDaysUsed(receivedOn, localDateAt(nowMs));
  return { by: name, atMs: nowMs, handledDays, reasonCode, reason };
}
