import { addFen, assert, assertShares, fen, negateFen, negateShares } from '@yijie/money';
import { type Accumulators, applyChange } from '@yijie/policy';
import { type RefusedAnswer, refused, type SettledAnswer } from './answer.ts';
import type { BatchState } from './batch-state.ts';
import type { RefundCommand } from './command.ts';
import type { AccountState, AccumulatorState, NewSettlement, StoredSettlement } from './person-state.ts';
import { yearUsed } from './settle.ts';

export type RefundDecision =
  | { readonly ok: true; readonly added: NewSettlement }
  | { readonly ok: false; readonly refusal: RefusedAnswer };

/**
 * Undoes a known settlement (退费): a negative settlement that takes back exactly what the original moved, whatever
 * was settled in between. Only the institution that settled may do it, once, not after the year's final clearing, and not
 * while a correction of the settlement stands.
 */
export function decideRefund(state: BatchState, command: RefundCommand): RefundDecision {
  const known = state.settlement(command.settlementKey);
  const settlementId = uuidText(command.settlementId);
  // Somebody else's settlement looks like none at all.
  if (
    known === undefined ||
    known.settlement.personToken !== command.personToken ||
    known.settlement.answer.refundedId !== undefined
  )
    return refuse('STL-NOTFOUND', { settlementId });
  const original = known.settlement;
  if (
    original.institutionCode !== command.institutionCode ||
    original.treatmentPool !== command.treatmentPool
  )
    return refuse('REV-NOTOWNER', {});
  if (known.refundedBy !== undefined) return refuse('STL-REFUNDED', { refundId: uuidText(known.refundedBy) });
  if (known.yearClosed) return refuse('REV-CLOSED', {});
  // The person has more, or less, than this settlement gave: taking it back would leave the difference behind.
  if (known.corrected) return refuse('REV-CORRECTED', {});

  const { shares, scheme } = original.answer;
  const before = state.accumulators(command.personToken, scheme, original.benefitYear);
  const values = applyChange(before.values, original.accumulatorDelta, -1);
  const accountBefore = state.account(command.personToken);
  const account: AccountState | undefined =
    shares.ownAccountFen === 0 && shares.familyAccountFen === 0
      ? undefined
      : {
          ordinal: accountBefore.ordinal + 1,
          ownFen: addFen(accountBefore.ownFen, shares.ownAccountFen),
          familyFen: addFen(accountBefore.familyFen, shares.familyAccountFen),
        };
  const answer = refundAnswer(command, original.answer, values, account ?? accountBefore, known.later);
  assertShares(answer.shares, answer.totalFen);
  return {
    ok: true,
    added: {
      settlement: {
        ...original,
        accumulatorDelta: negated(original.accumulatorDelta),
        earlierYear: original.earlierYear && {
          ...original.earlierYear,
          accumulatorDelta: negated(original.earlierYear.accumulatorDelta),
        },
        answer,
      },
      accumulator: { ordinal: before.ordinal + 1, values },
      earlierAccumulator: earlierAfter(state, original),
      account,
    },
  };
}

/** A stay that was shared out by days gives back to both years. */
function earlierAfter(
  state: BatchState,
  { personToken, answer, earlierYear }: StoredSettlement,
): AccumulatorState | undefined {
  if (earlierYear === undefined) return undefined;
  const before = state.accumulators(personToken, answer.scheme, earlierYear.benefitYear);
  return {
    ordinal: before.ordinal + 1,
    values: applyChange(before.values, earlierYear.accumulatorDelta, -1),
  };
}

function refuse(code: string, values: Readonly<Record<string, string>>): RefundDecision {
  return { ok: false, refusal: refused(code, values) };
}

function refundAnswer(
  command: RefundCommand,
  original: SettledAnswer,
  accumulators: Accumulators,
  account: AccountState,
  later: readonly Uint8Array[],
): SettledAnswer {
  return {
    ...original,
    settlementId: command.id,
    refundedId: original.settlementId,
    totalFen: negateFen(original.totalFen),
    shares: negateShares(original.shares),
    layers: original.layers.map((layer) => ({
      ...layer,
      baseFen: negateFen(layer.baseFen),
      paidFen: negateFen(layer.paidFen),
      carriedFen: negateFen(layer.carriedFen),
    })),
    deductiblePaidFen: negateFen(original.deductiblePaidFen),
    settledAtMs: command.refundedAtMs,
    accountBalanceAfterFen: fen(account.ownFen + account.familyFen),
    ...yearUsed(accumulators),
    quoteHash: new Uint8Array(0),
    notes: [],
    recalculationSuggested: later,
  };
}

function negated(change: Accumulators): Accumulators {
  return applyChange({}, change, -1);
}

function uuidText(id: Uint8Array): string {
  assert(id.length === 16, `an id of ${id.length} bytes`);
  const hex = Buffer.from(id).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
