import { assert } from '@yijie/money';
import { NATIONAL_CENTRE, ownersOf, type RunOwner } from '../party.ts';
import { monthsBetween, type Period, yearOf } from '../period.ts';
import type { CarryReason } from './carry-reason.ts';

/** How far a run owner has come. */
export interface OwnerProgress {
  /** The earliest period that still takes rows; 0 when none was cut yet. */
  readonly openPeriod: number;
  /** The last year that was finally closed; 0 when none was. */
  readonly closedYear: number;
}

/** A row's place in one run of each of its owners; `national` is undefined within a province. */
export interface Membership {
  readonly national: Period | undefined;
  readonly home: Period;
  readonly treatment: Period;
}

export interface Candidate {
  readonly settledPeriod: Period;
  readonly homePool: string;
  readonly treatmentPool: string;
  readonly isMatched: boolean;
  readonly isConfirmed: boolean;
  /** Of a refund: where its original is, or that it is in no run. */
  readonly original: Membership | 'NOT_CLEARED' | undefined;
  /** A decision lifted the limit of months for this row. */
  readonly isAdmittedLate: boolean;
}

export type MembershipDecision =
  | { readonly isCleared: true; readonly membership: Membership }
  | { readonly isCleared: false; readonly reasons: readonly CarryReason[] };

/**
 * Which runs a row enters (clearing-and-filing §4.3, §4.4): of each owner the earliest that still takes rows, not before its
 * own month, and a refund not before its original. Else every reason why it enters none.
 */
export function decideMembership(
  candidate: Candidate,
  progressOf: (owner: RunOwner) => OwnerProgress,
  maxLateMonths: number,
): MembershipDecision {
  const { settledPeriod, isMatched, isConfirmed, original, isAdmittedLate } = candidate;
  const entries = entriesOf(candidate, progressOf);
  const isLate = entries.some(
    ({ period, progress }) =>
      yearOf(settledPeriod) <= progress.closedYear ||
      (!isAdmittedLate && monthsBetween(settledPeriod, period) > maxLateMonths),
  );
  const reasons: CarryReason[] = [];
  if (!isMatched) reasons.push('NOT_MATCHED');
  if (!isConfirmed) reasons.push('NOT_HOSPITAL_CONFIRMED');
  if (original === 'NOT_CLEARED') reasons.push('ORIGINAL_NOT_CLEARED');
  if (isLate) reasons.push('TOO_LATE');
  if (reasons.length > 0) return { isCleared: false, reasons };

  const [first, home, treatment] = entries.map(({ period }) => period);
  assert(first !== undefined, 'a row has an owner');
  if (home === undefined || treatment === undefined)
    return { isCleared: true, membership: { national: undefined, home: first, treatment: first } };
  return { isCleared: true, membership: { national: first, home, treatment } };
}

/** By owner, in the order of `ownersOf`: the centre, the home and the treatment province, or the one province. */
function entriesOf(
  candidate: Candidate,
  progressOf: (owner: RunOwner) => OwnerProgress,
): { readonly period: Period; readonly progress: OwnerProgress }[] {
  const { settledPeriod, original } = candidate;
  const owners = ownersOf(candidate);
  return owners.map((owner, index) => {
    const progress = progressOf(owner);
    const atOwner =
      original === undefined || original === 'NOT_CLEARED' ? undefined : placeOf(original, owner, index);
    return {
      period: Math.max(settledPeriod, progress.openPeriod, atOwner ?? 0) as Period,
      progress,
    };
  });
}

function placeOf(original: Membership, owner: RunOwner, index: number): Period | undefined {
  if (owner === NATIONAL_CENTRE) return original.national;
  return index === 2 ? original.treatment : original.home;
}
