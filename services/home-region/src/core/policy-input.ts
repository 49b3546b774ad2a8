import { completedYears, type LocalDate } from '@yijie/calendar';
import type { RatioClass } from '@yijie/codes';
import type { Accumulators, PolicyInput } from '@yijie/policy';
import type { Bill } from './command.ts';
import type { Member } from './member.ts';
import type { AccountState } from './person-state.ts';

export interface PolicyQuestion {
  readonly member: Member;
  readonly bill: Bill;
  readonly treatmentPool: string;
  readonly ratioClass: RatioClass;
  readonly settlementDate: LocalDate;
  readonly accumulators: Accumulators;
  readonly account: AccountState;
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
