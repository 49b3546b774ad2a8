import { localDateAt } from '@yijie/calendar';
import { type Language, renderReimbursementDecision } from '@yijie/documents';
import { type Refusal, refuse } from '@yijie/errors';
import { assert } from '@yijie/money';
import type { Queryable } from '@yijie/postgres';
import { idToText } from '@yijie/runtime';
import { type ColumnCipher, maskCertificateNumber } from '@yijie/security';
import type { StoredCase } from '../../repositories/claims/reimbursement-rows.ts';
import { findMember } from '../../repositories/members/member-rows.ts';
import { readIdentity } from '../members/member-identity.ts';
import { readBankAccount } from './reimbursement-bank.ts';

/** The letter of a decision; a claim without one has none. */
export async function printReimbursement(
  parts: {
    readonly database: Queryable;
    readonly cipher: ColumnCipher;
    readonly regions: { nameOf(code: string): string };
  },
  { found, bankCipher }: StoredCase,
  language: Language,
): Promise<{ readonly ok: true; readonly text: string } | Refusal> {
  const { claim, decision, amounts, payment, receivedOn } = found;
  if (decision === undefined) return refuse('REI-STATE', { state: found.state });
  assert(receivedOn !== undefined, 'a claim was decided that was never received');
  const member = await findMember(parts.database, found.personToken, undefined);
  assert(member !== undefined, 'a claim of nobody');
  const { name, certificateNumber } = readIdentity(parts.cipher, found.personToken, member.identityCipher);
  const { account } = readBankAccount(parts.cipher, found.reimbursementId, bankCipher);
  const region = (code: string) => ({ code, name: parts.regions.nameOf(code) });
  const text = renderReimbursementDecision(
    {
      reimbursementId: idToText(found.reimbursementId),
      decidedOn: localDateAt(decision.atMs),
      person: { name, certificateNumber: maskCertificateNumber(certificateNumber) },
      scheme: found.scheme,
      homeRegion: region(found.homePool),
      treatmentRegion: region(claim.treatmentPool),
      institutionName: claim.institutionName,
      visitKind: claim.visitKind,
      admissionDate: claim.admissionDate,
      dischargeDate: claim.dischargeDate,
      paidInFullOn: claim.paidInFullOn,
      receiptNumber: claim.receiptNumber,
      receivedOn,
      totalFen: claim.totalFen,
      reason: decision.reason,
      granted: amounts && {
        ratioClass: amounts.ratioClass,
        policyVersion: amounts.policyVersion,
        benefitYear: amounts.benefitYear,
        deductibleFen: amounts.result.deductiblePaidFen,
        shares: amounts.result.shares,
        payableFen: amounts.payableFen,
        bankAccount: `****${account.slice(-4)}`,
        payment: payment && { paidOn: payment.on, bankReference: payment.bankReference },
      },
    },
    { language },
  );
  return { ok: true, text };
}
