import { localDateAt } from '@yijie/calendar';
import { type Refusal, refuse } from '@yijie/errors';
import type { Queryable } from '@yijie/postgres';
import { type Ids, idToText } from '@yijie/runtime';
import type { ColumnCipher } from '@yijie/security';
import type { BankAccount, ReimbursementCase } from '../../core/claims/reimbursement-case.ts';
import type { Claim } from '../../core/claims/reimbursement-claim.ts';
import { lastDayOf, type TermsBook } from '../../core/claims/reimbursement-terms.ts';
import { addCase, caseOfReceipt } from '../../repositories/claims/reimbursement-rows.ts';
import { lockMember } from '../../repositories/members/member-rows.ts';
import type { BureauActor } from './propose-correction.ts';
import { writeBankAccount } from './reimbursement-bank.ts';

export type CaseAnswer = { readonly ok: true; readonly found: ReimbursementCase } | Refusal;

/** Opens a claim for a visit that was paid in full, when it is in time and its receipt isn't claimed yet. */
export async function openReimbursement(
  parts: { readonly ids: Ids; readonly cipher: ColumnCipher; readonly terms: TermsBook },
  tx: Queryable,
  personToken: string,
  claim: Claim,
  bank: BankAccount,
  actor: BureauActor,
  nowMs: number,
): Promise<CaseAnswer> {
  const member = await lockMember(tx, personToken, actor.pool);
  if (member === undefined) return refuse('CRD-TOKEN');
  const terms = parts.terms(member.homePool, claim.paidInFullOn);
  if (terms === undefined) return refuse('REI-TERMS', { date: claim.paidInFullOn });
  const deadline = lastDayOf(terms, claim);
  if (localDateAt(nowMs) > deadline) return refuse('REI-DEADLINE', { lastDay: deadline });
  const same = await caseOfReceipt(tx, claim.institutionCode, claim.receiptNumber);
  if (same !== undefined) {
    // Whose claim it is stays with who may see it.
    const own = same.personToken === personToken;
    return refuse(
      'REI-DUP',
      own ? { reimbursementId: idToText(same.reimbursementId), state: same.state } : {},
    );
  }
  const reimbursementId = parts.ids.next();
  const found: ReimbursementCase = {
    reimbursementId,
    personToken,
    homePool: member.homePool,
    scheme: member.scheme,
    personClass: member.personClass,
    claim,
    openedAtMs: nowMs,
    deadline,
    state: 'DRAFTED',
    version: 1,
  };
  const bankCipher = writeBankAccount(parts.cipher, reimbursementId, bank, nowMs);
  await addCase(tx, found, bankCipher, { event: 'open', actor: actor.name, atMs: nowMs });
  return { ok: true, found };
}
