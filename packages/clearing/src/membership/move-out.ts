/** A row of a run, as moving sees it. */
export interface MemberRow {
  readonly settlementId: string;
  readonly originalId?: string | undefined;
}

/**
 * What leaves a run with the rows that are carried (after a return, or an objection at the cut): the rows themselves and their refunds
 * in the same run, since a refund is never in an earlier run than its original (R9). Their stage A deductions move with them.
 */
export function movedWith(carried: ReadonlySet<string>, members: Iterable<MemberRow>): ReadonlySet<string> {
  const moved = new Set<string>();
  for (const { settlementId, originalId } of members) {
    if (carried.has(settlementId) || (originalId !== undefined && carried.has(originalId)))
      moved.add(settlementId);
  }
  return moved;
}
