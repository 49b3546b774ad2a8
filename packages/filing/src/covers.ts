import type { VisitKind } from '@yijie/codes';
import type { EligibilityFacts, Filing } from './contract.ts';
import { regionCovers } from './region-coverage.ts';

/** What the coverage test reads of a visit. */
export type VisitToCover = Pick<
  EligibilityFacts,
  'treatmentPool' | 'visitKind' | 'admissionDate' | 'settlementDate' | 'settledAt'
>;

/**
 * The coverage test (clearing-and-filing §1.6): region, time and service; person and scheme are the caller's choice
 * of filings. Valid on admission protects stays begun inside validity, valid on settlement lets a filing be made up.
 */
export function covers(filing: Filing, visit: VisitToCover): boolean {
  return regionCovers(filing.targetRegion, visit.treatmentPool) && holdsFor(filing, visit);
}

/** The coverage test without the region: what rows 6 and 7 of the decision table ask. */
export function holdsFor(filing: Filing, visit: VisitToCover): boolean {
  return (
    serves(filing, visit.visitKind) && (validOnAdmission(filing, visit) || validOnSettlement(filing, visit))
  );
}

/**
 * A maternity filing serves maternity only. A deemed emergency row is the result of a decision, never a reason for
 * another one.
 */
export function serves(filing: Filing, visitKind: VisitKind): boolean {
  if (filing.type === 'TM_EMERGENCY') return false;
  return filing.type !== 'MATERNITY' || visitKind === 'maternity';
}

export function validOnAdmission(filing: Filing, visit: VisitToCover): boolean {
  return isInForce(filing, visit) && isWithin(filing, visit.admissionDate);
}

export function validOnSettlement(filing: Filing, visit: VisitToCover): boolean {
  return isInForce(filing, visit) && isWithin(filing, visit.settlementDate);
}

/**
 * Whether it has been effective by the time of settlement, as far as its days allow. A scheduled filing takes effect
 * at 00:00 of its first day, whether or not the timer that moves its state has run: its days alone decide.
 */
export function isInForce(filing: Filing, visit: VisitToCover): boolean {
  switch (filing.state) {
    case 'REQUESTED':
    case 'SUPPLEMENT':
    case 'REJECTED':
      return false;
    case 'SCHEDULED':
      return true;
    case 'CANCELLED':
      if (filing.effectiveAt === undefined) return false;
      break;
    case 'EFFECTIVE':
    case 'CHANGED':
    case 'EXPIRED':
      break;
  }
  return (
    visit.settledAt === undefined || filing.effectiveAt === undefined || filing.effectiveAt <= visit.settledAt
  );
}

function isWithin(filing: Filing, day: string): boolean {
  return filing.from <= day && (filing.until === undefined || day < filing.until);
}
