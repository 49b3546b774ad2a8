import { localDateAt, localDateToNumber } from '@yijie/calendar';
import type {
  ReimbursementAmounts as WireAmounts,
  Reimbursement as WireCase,
} from '@yijie/contracts/reimbursement';
import { idToText } from '@yijie/runtime';
import type { BankAccount, CaseAmounts, ReimbursementCase } from '../../core/claims/reimbursement-case.ts';
import { requiredMaterials } from '../../core/claims/reimbursement-materials.ts';
import type { TermsBook } from '../../core/claims/reimbursement-terms.ts';
import { hospitalLevel, ratioClass, visitKind } from '../../wire/words.ts';

export function wireCase(
  found: ReimbursementCase,
  bank: BankAccount | undefined,
  book: TermsBook,
  nowMs: number,
): WireCase {
  const { claim, decision, payment, receivedOn, dueOn } = found;
  const terms = book(found.homePool, claim.paidInFullOn);
  const isOpen = found.state === 'RECEIVED' || found.state === 'UNDER_REVIEW';
  return {
    reimbursementId: idToText(found.reimbursementId),
    personToken: found.personToken,
    state: found.state,
    claim: {
      visitKind: visitKind.wire(claim.visitKind),
      treatmentPool: claim.treatmentPool,
      institutionCode: claim.institutionCode,
      institutionName: claim.institutionName,
      hospitalLevel: hospitalLevel.wire(claim.hospitalLevel),
      hospitalKind: claim.hospitalKind,
      admissionDate: localDateToNumber(claim.admissionDate),
      dischargeDate: claim.dischargeDate === undefined ? 0 : localDateToNumber(claim.dischargeDate),
      paidOn: localDateToNumber(claim.paidInFullOn),
      emergency: claim.emergency,
      injury: claim.injury,
      thirdPartyLiable: claim.thirdPartyLiable,
      injuryStatementSigned: claim.injuryStatement,
      diseaseCode: claim.diseaseCode ?? '',
      receiptNumber: claim.receiptNumber,
      totalFen: claim.totalFen,
      useAccount: claim.useAccount,
      cause: claim.cause,
      channel: claim.channel,
      bankName: bank?.bankName ?? '',
      bankAccount: maskAccount(bank?.account ?? ''),
      // Whose account it is stays in the encrypted column.
      accountHolder: '',
    },
    requiredMaterials: [...requiredMaterials(claim)],
    deadline: localDateToNumber(found.deadline),
    receivedOn: receivedOn === undefined ? 0 : localDateToNumber(receivedOn),
    dueOn: dueOn === undefined ? 0 : localDateToNumber(dueOn),
    overdue: isOpen && dueOn !== undefined && localDateAt(nowMs) > dueOn,
    accountMayPay: terms?.accountMayPay ?? false,
    catalogueSide: terms?.catalogueSide ?? '',
    amounts: found.amounts && wireAmounts(found.amounts),
    decidedBy: decision?.by ?? '',
    decidedAtMs: decision?.atMs ?? 0,
    reasonCode: decision?.reasonCode ?? '',
    reason: decision?.reason ?? '',
    paidBy: payment?.by ?? '',
    paidOn: payment === undefined ? 0 : localDateToNumber(payment.on),
    bankReference: payment?.bankReference ?? '',
  };
}

export function wireAmounts({ result, ...amounts }: CaseAmounts): WireAmounts {
  return {
    ratioClass: ratioClass.wire(amounts.ratioClass),
    benefitYear: amounts.benefitYear,
    policyVersion: amounts.policyVersion,
    shares: result.shares,
    layers: result.layers.map((layer) => ({ ...layer, ratioBp: layer.ratioBp ?? 0 })),
    deductiblePaidFen: result.deductiblePaidFen,
    payableFen: amounts.payableFen,
  };
}

/** ****1234; numbers too short to hide most of show nothing. */
export function maskAccount(account: string): string {
  return account.length < 8 ? '****' : `****${account.slice(-4)}`;
}
