import { type Refusal, refuse } from '@yijie/errors';
import { checkNoIdentity, checkText } from './form.ts';
import type { IdText } from './visit-guards.ts';

/** The settlement that is to be undone, as the caller's institution knows it. */
export interface RefundableSettlement {
  readonly settlementId: Buffer;
  readonly totalFen: number;
  /** SETTLED, or undefined while its outcome isn't known; refused and rolled back ones are no settlements. */
  readonly isSettled: boolean;
  /** The refund in force or in flight. */
  readonly refund: { readonly commandId: Buffer; readonly isSettled: boolean } | undefined;
  /** The settlement that now stands for the visit. */
  readonly claimOfVisit: Buffer | undefined;
}

export interface RefundDecision {
  readonly ok: true;
  readonly totalFen: number;
}

/** 2305 / 2208. The institution's own settlement, not refunded, with no later one of the visit. */
export function decideRefund(
  reason: string,
  settlement: RefundableSettlement | undefined,
  facts: { readonly idText: IdText; readonly settlementIdText: string },
): RefundDecision | Refusal {
  const malformed = checkText('reason', reason, 64) ?? checkNoIdentity('reason', reason);
  if (malformed) return malformed;
  if (settlement === undefined || (!settlement.isSettled && settlement.refund === undefined)) {
    // Another institution's settlement looks the same as none (trust §4.7).
    return refuse('STL-NOTFOUND', { settlementId: facts.settlementIdText });
  }
  if (settlement.refund) {
    const id = facts.idText(settlement.refund.commandId);
    return settlement.refund.isSettled
      ? refuse('STL-REFUNDED', { refundId: id })
      : refuse('STL-RUNNING', { messageId: id });
  }
  const { claimOfVisit } = settlement;
  if (claimOfVisit !== undefined && !claimOfVisit.equals(settlement.settlementId)) {
    return refuse('REV-LATER', { settlementId: facts.idText(claimOfVisit) });
  }
  return { ok: true, totalFen: -settlement.totalFen };
}
