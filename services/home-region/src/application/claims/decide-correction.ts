import { type Refusal, refuse } from '@yijie/errors';
import { assert } from '@yijie/money';
import type { Queryable } from '@yijie/postgres';
import { idToText } from '@yijie/runtime';
import { correctedYear } from '../../core/claims/correct-settlement.ts';
import { approvedState } from '../../core/claims/correction-states.ts';
import {
  type Correction,
  decideCorrectionRow,
  lockCorrectedSettlement,
  lockCorrection,
  refundOf,
} from '../../repositories/claims/correction-rows.ts';
import { appendPersonYear, personYear } from '../../repositories/settling/person-year.ts';
import type { BureauActor } from './propose-correction.ts';

export interface CorrectionDecision {
  readonly correctionId: Uint8Array;
  readonly approve: boolean;
  /** The decision to take back what was paid too much. */
  readonly recover: boolean;
  /** What the reviewer saw. */
  readonly netFen: number;
  readonly reason: string;
}

/** Approves or rejects a proposal. Approving moves the accumulators by the difference, in this transaction and once. */
export async function decideCorrection(
  tx: Queryable,
  decision: CorrectionDecision,
  actor: BureauActor,
  nowMs: number,
): Promise<{ readonly ok: true; readonly correction: Correction } | Refusal> {
  const correctionId = idToText(decision.correctionId);
  const found = await lockCorrection(tx, decision.correctionId, actor.pool);
  if (found === undefined) return refuse('COR-NOTFOUND', { correctionId });
  if (found.state !== 'OPEN') return refuse('COR-STATE', { state: found.state });
  if (found.proposedBy === actor.name) return refuse('COR-SAME');
  const decided = { by: actor.name, atMs: nowMs, reason: decision.reason };
  if (!decision.approve) {
    const correction = await decideCorrectionRow(tx, decision.correctionId, {
      ...decided,
      state: 'REJECTED',
    });
    return { ok: true, correction };
  }
  if (decision.netFen !== found.netFen) return refuse('COR-NET', { netFen: `${found.netFen}` });
  if (found.netFen < 0 && !decision.recover) return refuse('COR-RECOVER', { netFen: `${-found.netFen}` });
  const settled = await lockCorrectedSettlement(tx, found.settlementId, undefined);
  assert(settled !== undefined, 'a correction of no settlement');
  const { accumulator } = await personYear(tx, settled);
  // After the year was read: a refund that commits before this look is seen, one that commits after it has taken the
  // next ordinal of the year, and this transaction fails on it and is decided anew.
  const refundedBy = await refundOf(tx, found.settlementId);
  if (refundedBy !== undefined) return refuse('STL-REFUNDED', { refundId: idToText(refundedBy) });
  // Also when nothing moves: the ordinal keeps a refund of the same moment apart.
  await appendPersonYear(
    tx,
    settled,
    decision.correctionId,
    {
      ordinal: accumulator.ordinal + 1,
      values: correctedYear(accumulator.values, found.accumulatorDelta),
    },
    undefined,
  );
  const state = approvedState(found.netFen);
  return {
    ok: true,
    correction: await decideCorrectionRow(tx, decision.correctionId, { ...decided, state }),
  };
}
