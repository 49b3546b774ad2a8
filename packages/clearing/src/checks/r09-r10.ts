import type { CarryReason } from '../membership/carry-reason.ts';
import { ownersOf, type RunOwner } from '../party.ts';
import type { Period } from '../period.ts';
import { type CheckFailure, unequal } from './check-failure.ts';

/** Where a settlement was cleared. */
export interface ClearedPlace {
  readonly settlementId: string;
  readonly originalId?: string | undefined;
  readonly homePool: string;
  readonly treatmentPool: string;
  /** Runs that it is in, of whatever owner. */
  readonly runs: readonly { readonly owner: RunOwner; readonly period: Period }[];
  /** In how many year-end applications it is listed instead, for want of a run (§4.9). */
  readonly yearEnds: number;
}

/** R9: in exactly one run of each of its owners, or in none and in one year-end application; a refund never before its original. */
export function checkR9(places: readonly ClearedPlace[]): readonly CheckFailure[] {
  const byId = new Map(places.map((place) => [place.settlementId, place]));
  return places.flatMap((place) => {
    const { settlementId, originalId, runs, yearEnds } = place;
    const original = originalId === undefined ? undefined : byId.get(originalId);
    const owners = ownersOf(place);
    return [
      ...[...new Set([...owners, ...runs.map(({ owner }) => owner)])].flatMap((owner) => {
        const expected = owners.includes(owner) && yearEnds === 0 ? 1 : 0;
        const found = runs.filter((run) => run.owner === owner).length;
        return unequal('R9', `${settlementId} runs of ${owner}`, expected, found);
      }),
      ...(yearEnds > 1 ? unequal('R9', `${settlementId} year-end applications`, 1, yearEnds) : []),
      ...runs.flatMap(({ owner, period }) => {
        const before = original?.runs.find((run) => run.owner === owner);
        if (before === undefined || before.period <= period) return [];
        return [
          {
            check: 'R9' as const,
            row: `${settlementId} before ${originalId} at ${owner}`,
            expected: `≥ ${before.period}`,
            found: period,
          },
        ];
      }),
    ];
  });
}

/** A known settlement at the time of a run. */
export interface RunCandidate {
  readonly settlementId: string;
  readonly inRun: boolean;
  readonly matched: boolean;
  readonly hospitalConfirmed: boolean;
  /** What the carry report says of it. */
  readonly carried: readonly CarryReason[];
}

/** R10: rows of a run are hospital-confirmed and matched; every other row is in the carry report with a reason. */
export function checkR10(candidates: Iterable<RunCandidate>): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  for (const { settlementId, inRun, matched, hospitalConfirmed, carried } of candidates) {
    if (inRun && !matched) failures.push(...unequal('R10', settlementId, 'matched', 'not matched'));
    if (inRun && !hospitalConfirmed)
      failures.push(...unequal('R10', settlementId, 'confirmed', 'not confirmed'));
    if (!inRun && carried.length === 0) failures.push(...unequal('R10', settlementId, 'a reason', 'none'));
    if (inRun && carried.length > 0)
      failures.push(...unequal('R10', settlementId, 'not carried', carried.join(' ')));
  }
  return failures;
}
