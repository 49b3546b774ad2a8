import { completedMonths, completedYears, type LocalDate } from '@yijie/calendar';
import type { RatioClass } from '@yijie/codes';
import type { Accumulators, PolicyFacts, PolicyInput } from '@yijie/policy';
import type { Member } from '../members/member.ts';
import { chosenOn, type PersonBenefits, qualificationFor, qualificationsOn } from '../settling/benefits.ts';
import type { Bill, VisitFacts } from '../settling/command.ts';
import type { HomeServices } from '../settling/home-services.ts';
import type { AccountState } from '../settling/person-state.ts';

/** What the policy reads of a bill: of one to be settled, and of one that was paid in full and is claimed. */
export interface PolicyBill extends Pick<Bill, 'groups' | 'useAccount'> {
  readonly visit: Pick<
    VisitFacts,
    | 'kind'
    | 'admissionDate'
    | 'dischargeDate'
    | 'chronicDiseaseCode'
    | 'diagnosisCode'
    | 'hospitalLevel'
    | 'hospitalKind'
  >;
}

export interface PolicyQuestion {
  readonly member: Member;
  readonly bill: PolicyBill;
  readonly treatmentPool: string;
  readonly ratioClass: RatioClass;
  readonly settlementDate: LocalDate;
  readonly accumulators: Accumulators;
  readonly account: AccountState;
  readonly benefits: PersonBenefits;
  readonly services: HomeServices;
  readonly institutionCode: string;
}

/** What the policy is asked; it is stored with the settlement, so that the calculation can be repeated for ever. */
export function policyInput(question: PolicyQuestion): PolicyInput {
  const { member, bill, account, settlementDate } = question;
  const { visit } = bill;
  return {
    facts: {
      scheme: member.scheme,
      personClass: member.personClass,
      ageYears: completedYears(member.birthDate, settlementDate),
      insuredYears: member.contributionYears,
      groups: member.groups,
      visitKind: visit.kind,
      diseaseCode: visit.chronicDiseaseCode ?? visit.diagnosisCode,
      hospitalLevel: visit.hospitalLevel,
      hospitalKind: visit.hospitalKind,
      ratioClass: question.ratioClass,
      admissionDate: visit.admissionDate,
      dischargeDate: visit.dischargeDate,
      settlementDate,
      treatmentPool: question.treatmentPool,
      ...(visit.kind === 'inpatient' ? {} : benefitFacts(question)),
    },
    groups: bill.groups,
    accumulators: question.accumulators,
    account: {
      ownAccountFen: account.ownFen,
      familyAccountFen: account.familyFen,
      useAccount: bill.useAccount,
    },
  };
}

/** What outpatient, chronic and maternity rules may ask besides; a pack that asks for what isn't known refuses. */
function benefitFacts(
  question: PolicyQuestion,
): Pick<PolicyFacts, 'isChosenInstitution' | 'monthsSinceApproval' | 'chronicDiseases'> {
  const { benefits, bill, services, institutionCode } = question;
  const { admissionDate, kind, chronicDiseaseCode } = bill.visit;
  const qualification =
    kind === 'chronic' && chronicDiseaseCode !== undefined
      ? qualificationFor(benefits, chronicDiseaseCode, admissionDate)
      : undefined;
  return {
    isChosenInstitution:
      services.outpatientHospitals === undefined
        ? undefined
        : chosenOn(benefits, admissionDate).includes(institutionCode),
    monthsSinceApproval: qualification && completedMonths(qualification.from, admissionDate),
    chronicDiseases:
      kind === 'chronic'
        ? qualificationsOn(benefits, admissionDate).map((one) => one.diseaseCode)
        : undefined,
  };
}
