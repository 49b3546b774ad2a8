import { refuse } from '@yijie/errors';
import type { Queryable } from '@yijie/postgres';
import { isReimbursementBankReference } from '../../repositories/claims/reimbursement-rows.ts';
import { moveReimbursement } from './move-reimbursement.ts';
import type { CaseAnswer } from './open-reimbursement.ts';
import type { BankPayment } from './pay-correction.ts';
import type { BureauActor } from './propose-correction.ts';

/** Records that the decided amount was paid to the person. */
export function payReimbursement(
  tx: Queryable,
  reimbursementId: Uint8Array,
  { bankReference, paidOn }: BankPayment,
  actor: BureauActor,
  nowMs: number,
): Promise<CaseAnswer> {
  return moveReimbursement(tx, reimbursementId, actor, nowMs, async ({ decision, homePool, state }) => {
    if (state !== 'DECIDED') return refuse('REI-STATE', { state });
    if (decision?.by === actor.name) return refuse('REI-SAME');
    if (await isReimbursementBankReference(tx, homePool, bankReference)) return refuse('REI-BANK');
    const payment = { by: actor.name, atMs: nowMs, on: paidOn, bankReference };
    return { event: 'pay', change: { payment } };
  });
}
