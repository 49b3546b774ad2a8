import { type Refusal, refuse } from '@yijie/errors';
import { type Fen, sumFen } from '@yijie/money';
import type { Queryable } from '@yijie/postgres';
import type { CaseAmounts, ReimbursementCase } from '../../core/claims/reimbursement-case.ts';
import { type ClaimBill, sumOfParts } from '../../core/claims/reimbursement-claim.ts';
import { computeReimbursement, type ReimbursementParts } from './compute-reimbursement.ts';
import { moveReimbursement } from './move-reimbursement.ts';
import type { BureauActor } from './propose-correction.ts';

/** Enters the bill of a claim and says what it would bring now. Nothing is counted until it is decided. */
export async function enterReimbursementBill(
  parts: ReimbursementParts,
  tx: Queryable,
  reimbursementId: Uint8Array,
  entered: ClaimBill,
  actor: BureauActor,
  nowMs: number,
): Promise<
  { readonly ok: true; readonly found: ReimbursementCase; readonly amounts: CaseAmounts } | Refusal
> {
  let amounts: CaseAmounts | undefined;
  const moved = await moveReimbursement(tx, reimbursementId, actor, nowMs, async (found) => {
    const bill = withGroups(entered);
    const countedFen = wrongTotal(bill, found.claim.totalFen);
    if (countedFen !== undefined)
      return refuse('REI-SUM', { statedFen: `${found.claim.totalFen}`, countedFen: `${countedFen}` });
    const computed = await computeReimbursement(parts, tx, found, bill, nowMs);
    if (!computed.ok) return computed;
    ({ amounts } = computed);
    return { event: 'enter-bill', change: { entered: { by: actor.name, bill } } };
  });
  if (!moved.ok) return moved;
  return { ...moved, amounts: amounts as CaseAmounts };
}

/** A bill without parts of their own ratio is one part. */
function withGroups(bill: ClaimBill): ClaimBill {
  return bill.groups.length > 0 ? bill : { ...bill, groups: [{ group: '', ...sumOfParts(bill.categories) }] };
}

/** Items, categories and groups are views of one bill; the first total that differs, or undefined. */
function wrongTotal(bill: ClaimBill, totalFen: Fen): Fen | undefined {
  for (const parts of [bill.items ?? [], bill.categories, bill.groups]) {
    if (parts.length === 0) continue;
    for (const part of parts) {
      const counted = sumFen([part.selfPaidFen, part.overLimitFen, part.prepaySelfFen, part.inScopeFen]);
      if (counted !== part.totalFen) return counted;
    }
    const counted = sumFen(parts.map((part) => part.totalFen));
    if (counted !== totalFen) return counted;
  }
  return undefined;
}
