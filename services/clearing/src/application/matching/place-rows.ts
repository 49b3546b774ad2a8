import { type CarryReason, decideMembership, ownersOf } from '@yijie/clearing';
import type { Queryable } from '@yijie/postgres';
import {
  type CarriedRow,
  holdOwnerProgress,
  lockOpenRows,
  openCandidates,
  type PlacedRow,
  placeRows as store,
} from '../../repositories/matching/candidates.ts';

export interface Placed {
  readonly cleared: number;
  readonly carried: number;
}

/**
 * Looks at open rows that may have become complete: each enters its runs, or keeps the reasons why it can't. A refund
 * that waited for one of them is looked at in turn. Every way by which a row can become complete ends here: a fact, a
 * confirmation, a decision about a difference.
 */
export async function placeRows(
  tx: Queryable,
  ids: readonly string[],
  rules: { readonly maxLateMonths: number },
  nowMs: number,
): Promise<Placed> {
  let next = ids;
  let cleared = 0;
  let carried = 0;
  while (next.length > 0) {
    await lockOpenRows(tx, next);
    const candidates = await openCandidates(tx, next);
    const owners = [...new Set(candidates.flatMap((candidate) => ownersOf(candidate)))].sort();
    const progress = await holdOwnerProgress(tx, owners);
    const placed: PlacedRow[] = [];
    const kept: CarriedRow[] = [];
    for (const candidate of candidates) {
      const { settlementId } = candidate;
      const decision = decideMembership(
        candidate,
        (owner) => progress.get(owner) ?? { openPeriod: 0, closedYear: 0 },
        rules.maxLateMonths,
      );
      if (decision.isCleared) placed.push({ settlementId, membership: decision.membership });
      else if (!isSame(decision.reasons, candidate.reasons))
        kept.push({ settlementId, reasons: decision.reasons });
    }
    cleared += placed.length;
    carried += candidates.length - placed.length;
    if (placed.length === 0 && kept.length === 0) break;
    next = await store(tx, placed, kept, nowMs);
  }
  return { cleared, carried };
}

function isSame(some: readonly CarryReason[], others: readonly CarryReason[]): boolean {
  return some.length === others.length && some.every((reason, index) => reason === others[index]);
}
