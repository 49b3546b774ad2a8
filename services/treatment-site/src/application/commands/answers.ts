import { type CategoryTotals, type Failure, type Outcome, OutcomeState } from '@yijie/contracts/common';
import { type Reply, Reversed_Result, type Settled } from '@yijie/contracts/exchange';
import {
  type RefundResponse,
  ReversalResult,
  type ReverseResponse,
  type Settlement,
  type SettleResponse,
} from '@yijie/contracts/treatment';
import { type Refusal, refuse } from '@yijie/errors';
import { fundTotal, type Shares } from '@yijie/money';
import { failureOf, idToText } from '@yijie/runtime';
import { CALL, OUTCOME, type StoredCommand } from '../../core/command.ts';
import type { KnownCommand } from '../../repositories/load-commands.ts';

/**
 * Answers to the caller. Each is a function of what is stored alone, so that a repeat, on any replica and after any
 * restart, gives the same bytes.
 */

/** When a caller should ask again for an outcome that isn't known yet. */
export const ASK_AGAIN_MS = 2_000;
/** Behind a dead letter it takes a person to go on. */
export const ASK_AGAIN_PARKED_MS = 60_000;

export function settledOutcome(messageId: string): Outcome {
  return { state: OutcomeState.SETTLED, failure: undefined, askAgainAfterMs: 0, messageId };
}

export function pendingOutcome(messageId: string, askAgainAfterMs = ASK_AGAIN_MS): Outcome {
  return { state: OutcomeState.PENDING, failure: undefined, askAgainAfterMs, messageId };
}

/** Refused before anything was written: the key stays free. */
export function refusedHere(refusal: Refusal): Outcome {
  const failure = failureOf(refusal);
  const sameKeyMayRetry = refusal.code !== 'KEY-REUSED' && refusal.code !== 'REV-ROLLEDBACK';
  return {
    state: OutcomeState.REFUSED,
    failure: { ...failure, sameKeyMayRetry },
    askAgainAfterMs: 0,
    messageId: '',
  };
}

/** Refused by the home region: the answer is kept with the key for ever. */
function refusedThere(refusal: Refusal, messageId: string): Outcome {
  return {
    state: OutcomeState.REFUSED,
    failure: { ...failureOf({ ...refusal, diagnosisId: messageId }), sameKeyMayRetry: false },
    askAgainAfterMs: 0,
    messageId,
  };
}

/** How a command stands; without a result it is pending. */
export function outcomeOf({ command, result }: KnownCommand, isParked = false): Outcome {
  const messageId = idToText(command.commandId);
  if (result === undefined) return pendingOutcome(messageId, isParked ? ASK_AGAIN_PARKED_MS : ASK_AGAIN_MS);
  switch (result.outcome) {
    case OUTCOME.settled:
    case OUTCOME.reversed:
      return settledOutcome(messageId);
    case OUTCOME.refused:
      return refusedThere(refusalOf(result.reply), messageId);
    case OUTCOME.rolledBack:
      return refusedThere(refuse('REV-ROLLEDBACK', { messageId }), messageId);
    case OUTCOME.expired:
      return refusedThere(refuse('STL-EXPIRED'), messageId);
  }
}

export function settleAnswer(known: KnownCommand, isParked = false): SettleResponse {
  return { outcome: outcomeOf(known, isParked), settlement: settlementOf(known) };
}

export function refundAnswer(known: KnownCommand, isParked = false): RefundResponse {
  return { outcome: outcomeOf(known, isParked), settlement: settlementOf(known) };
}

export function reverseAnswer(known: KnownCommand, isParked = false): ReverseResponse {
  const outcome = outcomeOf(known, isParked);
  const reply = known.result?.reply.result;
  if (reply?.$case !== 'reversed') {
    return { outcome, result: ReversalResult.UNSPECIFIED, settlement: undefined };
  }
  const { result, settled } = reply.reversed;
  return {
    outcome,
    result: REVERSAL_RESULTS[result],
    settlement:
      settled === undefined || known.original === undefined
        ? undefined
        : settlementView(known.original.command, settled, undefined),
  };
}

const REVERSAL_RESULTS: Readonly<Record<Reversed_Result, ReversalResult>> = {
  [Reversed_Result.UNSPECIFIED]: ReversalResult.UNSPECIFIED,
  [Reversed_Result.ROLLED_BACK]: ReversalResult.ROLLED_BACK,
  [Reversed_Result.NOTHING_TO_UNDO]: ReversalResult.NOTHING_TO_UNDO,
  [Reversed_Result.HAD_SETTLED]: ReversalResult.HAD_SETTLED,
};

function settlementOf({ command, result, original }: KnownCommand): Settlement | undefined {
  const reply = result?.reply.result;
  if (result?.outcome !== OUTCOME.settled || reply?.$case !== 'settled') return undefined;
  return settlementView(command, reply.settled, original?.command);
}

/**
 * A settlement as the hospital keeps it: bill, visit and pools are what the treatment site sent, shares and policy
 * what the home region answered.
 */
export function settlementView(
  command: StoredCommand,
  settled: Settled,
  refunded: StoredCommand | undefined,
  isRefunded = false,
): Settlement {
  const isRefund = command.call === CALL.refund;
  const refundedId = isRefund ? command.originalId : undefined;
  return {
    settlementId: idToText(command.commandId),
    refundedSettlementId: refundedId === undefined ? '' : idToText(refundedId),
    visitId: command.visitId === undefined ? '' : idToText(command.visitId),
    state: isRefund ? 'REFUND' : isRefunded ? 'REFUNDED' : 'SETTLED',
    totalFen: command.totalFen,
    categories: isRefund ? negated(categoriesOf(refunded)) : categoriesOf(command),
    treatmentPool: command.message?.treatmentPool ?? '',
    homePool: command.homePool,
    ...homePart(settled),
  };
}

/** The part of a settlement or quote that the home region computed. */
export function homePart(
  settled: Settled,
): Omit<
  Settlement,
  | 'settlementId'
  | 'refundedSettlementId'
  | 'visitId'
  | 'state'
  | 'totalFen'
  | 'categories'
  | 'treatmentPool'
  | 'homePool'
> {
  return {
    shares: settled.shares,
    layers: settled.layers,
    deductiblePaidFen: settled.deductiblePaidFen,
    ratioClass: settled.ratioClass,
    eligibilityCode: settled.eligibilityCode,
    filingType: settled.filingType,
    policyVersion: settled.policyVersion,
    settledAtMs: settled.settledAtMs,
    accountBalanceAfterFen: settled.accountBalanceAfterFen,
    yearDeductibleUsedFen: settled.yearDeductibleUsedFen,
    yearPoolUsedFen: settled.yearPoolUsedFen,
    scheme: settled.scheme,
    personClass: settled.personClass,
    notes: settled.notes,
    recalculationSuggested: settled.recalculationSuggested.length > 0,
  };
}

/** A refusal in the home region's words; with STL-DRIFT the figures of a fresh quote go along. */
export function refusalOf(reply: Reply): Refusal {
  if (reply.result?.$case !== 'refused') throw new TypeError('not a refusal');
  const { code, values, quote } = reply.result.refused;
  const fresh = quote?.shares as Shares | undefined;
  return {
    ok: false,
    code,
    values: fresh
      ? { ...values, freshFundFen: String(fundTotal(fresh)), freshCashFen: String(fresh.personalCashFen) }
      : values,
  };
}

export function callFailure(refusal: Refusal): Failure {
  return failureOf(refusal);
}

function categoriesOf(command: StoredCommand | undefined): CategoryTotals[] {
  const body = command?.message?.body;
  return body?.$case === 'settle' ? body.settle.categories : [];
}

function negated(categories: readonly CategoryTotals[]): CategoryTotals[] {
  return categories.map((row) => ({
    code: row.code,
    totalFen: -row.totalFen,
    selfPaidFen: 0 - row.selfPaidFen,
    overLimitFen: 0 - row.overLimitFen,
    prepaySelfFen: 0 - row.prepaySelfFen,
    inScopeFen: 0 - row.inScopeFen,
  }));
}
