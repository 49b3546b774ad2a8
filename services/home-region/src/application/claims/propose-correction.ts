import { type Refusal, refuse } from '@yijie/errors';
import type { Queryable } from '@yijie/postgres';
import { type Ids, idToText } from '@yijie/runtime';
import { type CorrectedFacts, correctSettlement } from '../../core/claims/correct-settlement.ts';
import type { CorrectionReason } from '../../core/claims/correction-states.ts';
import type { PolicyBook } from '../../core/policy/policy-book.ts';
import {
  addCorrection,
  type Correction,
  lockCorrectedSettlement,
  refundOf,
} from '../../repositories/claims/correction-rows.ts';

export interface CorrectionProposal {
  readonly settlementId: Uint8Array;
  readonly reasonCode: CorrectionReason;
  readonly reason: string;
  readonly facts: CorrectedFacts;
  /** Undefined: the policy that settled. */
  readonly policyVersion: string | undefined;
}

/** Who acts, for the row and the trail; `pool`: whose settlements, undefined for all. */
export interface BureauActor {
  readonly name: string;
  readonly pool: string | undefined;
  /** Somebody who acts for oneself alone, through a public channel. */
  readonly personToken?: string | undefined;
}

/** Computes the settlement anew with the right facts, and keeps the proposal for another person to decide. */
export async function proposeCorrection(
  parts: { readonly ids: Ids; readonly policies: PolicyBook },
  tx: Queryable,
  proposal: CorrectionProposal,
  actor: BureauActor,
  nowMs: number,
): Promise<{ readonly ok: true; readonly correction: Correction } | Refusal> {
  const settlementId = idToText(proposal.settlementId);
  const settled = await lockCorrectedSettlement(tx, proposal.settlementId, actor.pool);
  if (settled === undefined) return refuse('STL-NOTFOUND', { settlementId });
  if (settled.policyInput === null) return refuse('COR-REFUND');
  const refundedBy = await refundOf(tx, proposal.settlementId);
  if (refundedBy !== undefined) return refuse('STL-REFUNDED', { refundId: idToText(refundedBy) });
  if (settled.open !== null) return refuse('COR-OPEN', { correctionId: idToText(settled.open) });
  const version = proposal.policyVersion ?? settled.policyVersion;
  const policy = parts.policies.byVersion(version);
  if (policy === undefined) return refuse('FRM-VALUE', { field: 'policy_version', value: version });
  const computed = correctSettlement(settled.policyInput, settled.paid, proposal.facts, policy.compute);
  if (!computed.ok) return computed;
  const correction = await addCorrection(tx, {
    ...computed,
    correctionId: parts.ids.next(),
    settlementId: proposal.settlementId,
    ordinal: settled.nextOrdinal,
    personToken: settled.personToken,
    homePool: settled.homePool,
    reasonCode: proposal.reasonCode,
    reason: proposal.reason,
    proposedBy: actor.name,
    proposedAtMs: nowMs,
  });
  return { ok: true, correction };
}
