import { type LocalDate, localDate, startOfDay } from '@yijie/calendar';
import type { EligibilityFacts, Filing } from '../src/contract.ts';

export const ADMISSION = localDate('2025-03-10');
export const SETTLEMENT = localDate('2025-03-20');

/** Changsha to Guangzhou, inpatient, everything in order but no filing. */
export function facts(change: Partial<EligibilityFacts> = {}): EligibilityFacts {
  return {
    credentialValid: true,
    identityMatches: true,
    enrolment: 'ACTIVE',
    homePool: '430100',
    treatmentPool: '440100',
    visitKind: 'inpatient',
    admissionDate: ADMISSION,
    settlementDate: SETTLEMENT,
    emergency: false,
    injury: false,
    thirdPartyLiable: false,
    injuryStatementSigned: false,
    paidInFull: false,
    institutionOpen: true,
    institutionSuspended: false,
    homeOpenedService: true,
    outpatientFilingWaived: false,
    maternityOpenBothSides: true,
    maternityRequiresFiling: true,
    filings: [],
    ...change,
  };
}

/** An effective filing to Guangzhou for all of 2025. */
export function filing(change: Partial<Filing> = {}): Filing {
  const from = change.from ?? localDate('2025-01-01');
  return {
    filingId: 'F1',
    type: 'TM_OTHER',
    targetRegion: '440100',
    from,
    until: localDate('2026-01-01'),
    state: 'EFFECTIVE',
    effectiveAt: startOfDay(from),
    proof: 'NONE',
    channel: 'NHSA_APP',
    ...change,
  };
}

/** A filing that holds on the days from `from` to `last`, both included. */
export function during(from: string, last: string, change: Partial<Filing> = {}): Filing {
  return filing({ from: localDate(from), until: dayAfter(last), ...change });
}

export function dayAfter(day: string): LocalDate {
  return localDate(new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10));
}
