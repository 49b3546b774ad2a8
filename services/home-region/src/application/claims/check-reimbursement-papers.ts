import { localDateAt } from '@yijie/calendar';
import { type Refusal, refuse } from '@yijie/errors';
import { assert } from '@yijie/money';
import type { Queryable } from '@yijie/postgres';
import type { ReimbursementCase } from '../../core/claims/reimbursement-case.ts';
import { type Material, missingMaterials } from '../../core/claims/reimbursement-materials.ts';
import { lastMailDay, type TermsBook } from '../../core/claims/reimbursement-terms.ts';
import { dueAfter } from '../../core/filing/working-days-used.ts';
import { moveReimbursement } from './move-reimbursement.ts';
import type { CaseAnswer } from './open-reimbursement.ts';
import type { BureauActor } from './propose-correction.ts';

/** Looks at copies before anything is mailed. What is missing is told at once and whole. */
export async function previewPapers(
  tx: Queryable,
  reimbursementId: Uint8Array,
  materials: readonly Material[],
  actor: BureauActor,
  nowMs: number,
): Promise<Previewed | Refusal> {
  let missing: readonly Material[] = [];
  const moved = await moveReimbursement(tx, reimbursementId, actor, nowMs, (found) => {
    missing = missingMaterials(found.claim, materials);
    return { event: missing.length === 0 ? 'preview' : 'preview-incomplete', materials };
  });
  return moved.ok ? { ...moved, missing } : moved;
}

export interface Previewed {
  readonly ok: true;
  readonly found: ReimbursementCase;
  readonly missing: readonly Material[];
}

/** The originals are in, complete and in time: the working days until the decision begin. */
export function receivePapers(
  { terms: book }: { readonly terms: TermsBook },
  tx: Queryable,
  reimbursementId: Uint8Array,
  materials: readonly Material[],
  actor: BureauActor,
  nowMs: number,
): Promise<CaseAnswer> {
  return moveReimbursement(tx, reimbursementId, actor, nowMs, ({ claim, homePool, deadline }) => {
    const today = localDateAt(nowMs);
    const terms = book(homePool, claim.paidInFullOn);
    assert(terms !== undefined, 'a claim was opened without terms');
    const lastDay = lastMailDay(terms, deadline);
    if (today > lastDay) return refuse('REI-DEADLINE', { lastDay });
    const missing = missingMaterials(claim, materials);
    if (missing.length > 0) return refuse('REI-MATERIAL', { missing: missing.join(', ') });
    const dueOn = dueAfter(today, terms.decisionWorkingDays);
    return { event: 'receive', change: { receivedOn: today, dueOn }, materials };
  });
}
