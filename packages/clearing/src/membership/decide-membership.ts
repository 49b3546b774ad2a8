import { ownersOf, type RunOwner } from '../party.ts';
import { monthsBetween, type Period, yearOf } from '../period.ts';
import type { CarryReason } from './carry-reason.ts';

/** How far a run owner has come. */
export interface OwnerProgress {
  /** The earliest period that still takes rows; 0 when none was cut yet. */
  readonly openPeriod: number;
  /** The last year that was finally closed; 0 when none was. */
  readonly closedYear: number;
}

/**
 * A row's place in one run of each of its owners; `national` is undefined within a province. All are the same month: else the
 * pools of a province wouldn't add up to its national tables (R17).
 */
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
 * Which runs a row enters (clearing-and-filing §4.3, §4.4): the earliest month that every owner still takes, not before its
 * own month, and a refund not before its original. Else every reason why it enters none.
 */
export function decideMembership(
  candidate: Candidate,
  progressOf: (owner: RunOwner) => OwnerProgress,
  maxLateMonths: number,
): MembershipDecision {
  const { settledPeriod, isMatched, isConfirmed, original, isAdmittedLate } = candidate;
  const owners = ownersOf(candidate).map(progressOf);
  const period = Math.max(
    settledPeriod,
    latestOf(original),
    ...owners.map(({ openPeriod }) => openPeriod),
  ) as Period;
  const isLate =
    (!isAdmittedLate && monthsBetween(settledPeriod, period) > maxLateMonths) ||
    owners.some(({ closedYear }) => yearOf(settledPeriod) <= closedYear);
  const reasons: CarryReason[] = [];
  if (!isMatched) reasons.push('NOT_MATCHED');
  if (!isConfirmed) reasons.push('NOT_HOSPITAL_CONFIRMED');
  if (original === 'NOT_CLEARED') reasons.push('ORIGINAL_NOT_CLEARED');
  if (isLate) reasons.push('TOO_LATE');
  if (reasons.length > 0) return { isCleared: false, reasons };
  const national = owners.length === 1 ? undefined : period;
  return { isCleared: true, membership: { national, home: period, treatment: period } };
}

function latestOf(original: Candidate['original']): number {
  if (original === undefined || original === 'NOT_CLEARED') return 0;
  return Math.max(original.national ?? 0, original.home, original.treatment);
}
