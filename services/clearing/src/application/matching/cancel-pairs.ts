import { cancelsOut, SIDES } from '@yijie/clearing';
import type { Queryable } from '@yijie/postgres';
import { cancelPair, refundsToCancel } from '../../repositories/matching/cancelled-pairs.ts';
import { storedFacts } from '../../repositories/matching/known-settlements.ts';

/**
 * Takes settlements off the exception list that were to be refunded because they don't match, once their refunds are
 * here: each side's two facts are nothing together, so neither enters a run.
 */
export async function cancelPairs(
  tx: Queryable,
  refundIds: readonly string[],
  nowMs: number,
): Promise<number> {
  if (refundIds.length === 0) return 0;
  const pairs = await refundsToCancel(tx, refundIds);
  const facts = await storedFacts(
    tx,
    pairs.flatMap(({ settlementId, refundId }) => [settlementId, refundId]),
  );
  let cancelled = 0;
  for (const pair of pairs) {
    const [settlement, refund] = [facts.get(pair.settlementId), facts.get(pair.refundId)];
    const isNothing = SIDES.every((side) => {
      const [one, other] = [settlement?.[side], refund?.[side]];
      return one === undefined ? other === undefined : other !== undefined && cancelsOut(one, other);
    });
    if (!isNothing) continue;
    await cancelPair(tx, pair, nowMs);
    cancelled += 1;
  }
  return cancelled;
}
