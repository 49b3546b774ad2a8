import { type Instant, type LocalDate, localDateAt, minuteText } from '@yijie/calendar';
import {
  decideEligibility,
  type EligibilityDecision,
  type EligibilityFacts,
  type Filing,
  isOpenedChronicDisease,
} from '@yijie/filing';
import type { Member } from '../members/member.ts';
import { chosenOn, isTreatedAt, type PersonBenefits, qualificationFor } from './benefits.ts';
import type { VisitFacts } from './command.ts';
import type { HomeServices } from './home-services.ts';

export interface EligibilityQuestion {
  readonly member: Member;
  readonly filings: readonly Filing[];
  readonly benefits: PersonBenefits;
  readonly services: HomeServices;
  readonly treatmentPool: string;
  readonly institutionCode: string;
  readonly visit: VisitFacts;
  /** The instant of settlement, or of the question. */
  readonly atMs: number;
}

/** The route and ratio class of a visit, by the decision table of clearing-and-filing §1.14. */
export function eligibilityOf(question: EligibilityQuestion): EligibilityDecision {
  const decision = decideEligibility(eligibilityFacts(question));
  if (decision.code !== 'ORG-NOTNET' && decision.code !== 'ORG-NOTCHOSEN') return decision;
  // The table knows that the institution isn't opened or chosen, not which it is.
  return { ...decision, values: { ...decision.values, institutionCode: question.institutionCode } };
}

export function eligibilityFacts(question: EligibilityQuestion): EligibilityFacts {
  const { member, filings, services, treatmentPool, visit, atMs } = question;
  const settlementDate = settlementDay(atMs);
  return {
    // The token stands for a person whose credential was checked when it was handed out.
    credentialValid: true,
    identityMatches: true,
    enrolment: enrolmentOn(member, settlementDate),
    homePool: member.homePool,
    treatmentPool,
    visitKind: visit.kind,
    admissionDate: visit.admissionDate,
    settlementDate,
    settledAt: atMs as Instant,
    emergency: visit.emergency,
    injury: visit.injury,
    thirdPartyLiable: visit.thirdPartyLiable,
    injuryStatementSigned: visit.injuryStatementSigned,
    paidInFull: visit.paidInFull,
    institutionOpen: visit.institutionOpen,
    institutionSuspended: visit.institutionSuspended,
    suspendedUntil: visit.suspendedUntilMs === undefined ? undefined : minuteText(visit.suspendedUntilMs),
    homeOpenedService: services.opened.includes(visit.kind),
    outpatientFilingWaived: services.outpatientFilingWaived,
    institutionChosen: isChosen(question),
    chronic: visit.kind === 'chronic' ? chronicFacts(question) : undefined,
    maternityOpenBothSides: services.opened.includes('maternity') && visit.institutionOpen,
    maternityRequiresFiling: services.maternityRequiresFiling,
    filings,
  };
}

/** An insurance that begins later than the visit is settled is still waiting, whatever its status says. */
function enrolmentOn(member: Member, day: LocalDate): EligibilityFacts['enrolment'] {
  return member.insuredStatus === 'ACTIVE' && member.insuredFrom > day ? 'WAITING' : member.insuredStatus;
}

/** Whether the person chose this institution; undefined where nobody asks (rows 20–22). */
function isChosen({ services, benefits, visit, institutionCode }: EligibilityQuestion): boolean | undefined {
  const list = services.outpatientHospitals;
  if (list === undefined || list.notChosen === 'by-policy') return undefined;
  if (visit.hospitalKind === 'pharmacy' && list.pharmacies === 'free') return undefined;
  return chosenOn(benefits, visit.admissionDate).includes(institutionCode);
}

function chronicFacts({
  benefits,
  visit,
  institutionCode,
}: EligibilityQuestion): EligibilityFacts['chronic'] {
  const { chronicDiseaseCode: diseaseCode, admissionDate } = visit;
  if (diseaseCode === undefined) return undefined;
  const qualification = qualificationFor(benefits, diseaseCode, admissionDate);
  return {
    diseaseCode,
    listed: isOpenedChronicDisease(diseaseCode, admissionDate),
    qualified: qualification !== undefined,
    institutionOpened:
      !visit.diseaseNotOpen && (qualification === undefined || isTreatedAt(qualification, institutionCode)),
  };
}

/**
 * The day that says what the home region has opened: of an outpatient visit the visit's own, of a stay the day on which
 * it settles.
 */
export function servicesDay(visit: VisitFacts, settlementDate: LocalDate): LocalDate {
  return visit.kind === 'outpatient' || visit.kind === 'chronic' ? visit.admissionDate : settlementDate;
}

export function settlementDay(atMs: number): LocalDate {
  return localDateAt(atMs);
}
