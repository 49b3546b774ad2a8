import { type Instant, type LocalDate, localDateAt } from '@yijie/calendar';
import {
  decideEligibility,
  type EligibilityDecision,
  type EligibilityFacts,
  type Filing,
  isOpenedChronicDisease,
} from '@yijie/filing';
import type { VisitFacts } from './command.ts';
import type { HomeServices } from './home-services.ts';
import type { Member } from './member.ts';

export interface EligibilityQuestion {
  readonly member: Member;
  readonly filings: readonly Filing[];
  readonly services: HomeServices;
  readonly treatmentPool: string;
  readonly visit: VisitFacts;
  /** The instant of settlement, or of the question. */
  readonly atMs: number;
}

/** The route and ratio class of a visit, by the decision table of clearing-and-filing §1.14. */
export function eligibilityOf(question: EligibilityQuestion): EligibilityDecision {
  return decideEligibility(eligibilityFacts(question));
}

export function eligibilityFacts(question: EligibilityQuestion): EligibilityFacts {
  const { member, filings, services, treatmentPool, visit, atMs } = question;
  return {
    // The token stands for a person whose credential was checked when it was handed out.
    credentialValid: true,
    identityMatches: true,
    enrolment: member.insuredStatus,
    homePool: member.homePool,
    treatmentPool,
    visitKind: visit.kind,
    admissionDate: visit.admissionDate,
    settlementDate: settlementDay(atMs),
    settledAt: atMs as Instant,
    emergency: visit.emergency,
    injury: visit.injury,
    thirdPartyLiable: visit.thirdPartyLiable,
    injuryStatementSigned: visit.injuryStatementSigned,
    paidInFull: visit.paidInFull,
    institutionOpen: visit.institutionOpen,
    institutionSuspended: visit.institutionSuspended,
    homeOpenedService: services.opened.includes(visit.kind),
    outpatientFilingWaived: services.outpatientFilingWaived,
    // Chronic qualifications belong to the filing registry; until a member has one, row 25 answers CHR-QUAL.
    chronic:
      visit.chronicDiseaseCode === undefined
        ? undefined
        : {
            diseaseCode: visit.chronicDiseaseCode,
            listed: isOpenedChronicDisease(visit.chronicDiseaseCode, visit.admissionDate),
            qualified: false,
            institutionOpened: visit.institutionOpen,
          },
    maternityOpenBothSides: services.opened.includes('maternity') && visit.institutionOpen,
    maternityRequiresFiling: services.maternityRequiresFiling,
    filings,
  };
}

export function settlementDay(atMs: number): LocalDate {
  return localDateAt(atMs);
}
