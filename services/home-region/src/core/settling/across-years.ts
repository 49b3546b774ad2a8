import { daysBetween, type LocalDate } from '@yijie/calendar';
import { type Accumulators, accumulatorChange, applyChange } from '@yijie/policy';
import type { FoundPolicy } from '../policy/policy-book.ts';
import type { VisitFacts } from './command.ts';
import type { HomeServices } from './home-services.ts';

/** How the change of the accumulators falls on the year that decided and the one before it. */
export interface YearShares {
  readonly deciding: Accumulators;
  readonly earlier: Accumulators;
}

/** Days of a stay: all of them, and those before the benefit year that decides. */
export interface StayDays {
  readonly total: number;
  readonly earlier: number;
}

/**
 * The days by which a stay across the turn of the benefit year is shared out; undefined for everything that counts whole
 * for one year: other visits, stays inside it, and every stay where the region doesn't split. The day of discharge isn't
 * counted unless it is the day of admission (clearing-and-filing §4.10); a stay longer than a year counts everything
 * before the deciding year for the one before it.
 */
export function daysAcrossYears(
  visit: Pick<VisitFacts, 'kind' | 'admissionDate' | 'dischargeDate'>,
  services: Pick<HomeServices, 'stayAcrossYears'>,
  { yearFrom }: Pick<FoundPolicy & { readonly ok: true }, 'yearFrom'>,
): StayDays | undefined {
  if (services.stayAcrossYears !== 'by-days' || !isAcross(visit, yearFrom)) return undefined;
  const total = Math.max(daysBetween(visit.admissionDate, visit.dischargeDate), 1);
  return { total, earlier: Math.min(daysBetween(visit.admissionDate, yearFrom), total) };
}

/** A stay that began before the benefit year that decides. */
export function isAcross<Visit extends Pick<VisitFacts, 'kind' | 'admissionDate' | 'dischargeDate'>>(
  visit: Visit,
  yearFrom: LocalDate,
): visit is Visit & { readonly dischargeDate: LocalDate } {
  return visit.dischargeDate !== undefined && visit.admissionDate < yearFrom;
}

/**
 * Shares a settlement's change out by days: amounts half-up to the fen, the deciding year keeps the rest, so that both
 * add up to the change. The stay itself is counted in the deciding year alone.
 */
export function shareByDays(change: Accumulators, days: StayDays): YearShares {
  const earlier: Record<string, number> = {};
  for (const [name, value] of Object.entries(change)) {
    if (!isAmount(name)) continue;
    const share = Math.floor((2 * value * days.earlier + days.total) / (2 * days.total));
    if (share !== 0) earlier[name] = share;
  }
  return { earlier, deciding: accumulatorChange({}, applyChange(change, earlier, -1)) };
}

/** `inpatientFundFen`, `chronicFundFen/dialysis`; the others count stays. */
function isAmount(name: string): boolean {
  return /Fen(?:\/|$)/.test(name);
}
