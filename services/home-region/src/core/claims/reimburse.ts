import type { LocalDate } from '@yijie/calendar';
import type { RatioClass } from '@yijie/codes';
import { type Refusal, refuse } from '@yijie/errors';
import { chooseFiling, classOfType, type Filing, isSamePool } from '@yijie/filing';
import { addFen, assert, assertShares, type Fen, fen, fundTotal } from '@yijie/money';
import type { PolicyInput, PolicyResult } from '@yijie/policy';
import type { Member } from '../members/member.ts';
import type { FoundPolicy, Policy, PolicyBook } from '../policy/policy-book.ts';
import { policyInput } from '../policy/policy-input.ts';
import type { PersonBenefits } from '../settling/benefits.ts';
import type { HomeServices } from '../settling/home-services.ts';
import type { AccountState, AccumulatorState } from '../settling/person-state.ts';
import type { Claim, ClaimBill } from './reimbursement-claim.ts';
import type { ReimbursementTerms } from './reimbursement-terms.ts';

export interface ReimbursementQuestion {
  readonly member: Member;
  readonly filings: readonly Filing[];
  readonly benefits: PersonBenefits;
  /** Of the home pool, on the day of the visit. */
  readonly services: HomeServices;
  readonly claim: Claim;
  readonly bill: ClaimBill;
  readonly terms: ReimbursementTerms;
  readonly policy: Policy;
  readonly accumulator: AccumulatorState;
  readonly account: AccountState;
  /** A filing made up by this day counts (FIL-AFTER: "by the later filing"). */
  readonly today: LocalDate;
}

export interface Reimbursed {
  readonly ok: true;
  readonly ratioClass: RatioClass;
  readonly policyInput: PolicyInput;
  readonly result: PolicyResult;
  readonly fundFen: Fen;
  readonly accountFen: Fen;
  /** What the person gets: the funds' part and what the accounts pay. */
  readonly payableFen: Fen;
  readonly accumulator: AccumulatorState;
  /** Undefined when the account didn't move. */
  readonly account: AccountState | undefined;
}

/** The policy and benefit year of a claim: those of the day on which the person paid in full. */
export function claimPolicy(policies: PolicyBook, member: Member, claim: Claim): FoundPolicy {
  return policies.find({
    homePool: member.homePool,
    scheme: member.scheme,
    settlementDate: claim.paidInFullOn,
    dischargeDate: claim.dischargeDate,
  });
}

/**
 * What a claim brings, by the same policy as a direct settlement of that day would have asked. Checks in this order:
 * cover on the day, the liable third party, the injury statement, the policy's own.
 */
export function reimburse(question: ReimbursementQuestion): Reimbursed | Refusal {
  const { member, claim, bill, terms, account } = question;
  if (member.insuredStatus !== 'ACTIVE' || member.insuredFrom > claim.paidInFullOn)
    return refuse('ENR-INACTIVE', { enrolment: member.insuredStatus });
  if (claim.injury && claim.thirdPartyLiable) return refuse('INJ-3P');
  if (claim.injury && !claim.injuryStatement) return refuse('INJ-STMT');
  const ratioClass = claimClass(claim, member, question.filings, question.today);
  const asked: PolicyInput = policyInput({
    member,
    bill: {
      visit: {
        kind: claim.visitKind,
        admissionDate: claim.admissionDate,
        dischargeDate: claim.dischargeDate,
        chronicDiseaseCode: claim.visitKind === 'chronic' ? claim.diseaseCode : undefined,
        diagnosisCode: claim.diseaseCode,
        hospitalLevel: claim.hospitalLevel,
        hospitalKind: claim.hospitalKind,
      },
      groups: bill.groups,
      useAccount: claim.useAccount && terms.accountMayPay,
    },
    treatmentPool: claim.treatmentPool,
    ratioClass,
    settlementDate: claim.paidInFullOn,
    accumulators: question.accumulator.values,
    account,
    benefits: question.benefits,
    services: question.services,
    institutionCode: claim.institutionCode,
  });
  const computed = question.policy.compute(asked);
  if (!computed.ok) return computed;
  const { result } = computed;
  assertShares(result.shares, claim.totalFen);
  const { ownAccountFen, familyAccountFen } = result.shares;
  const fundFen = fundTotal(result.shares);
  const accountFen = addFen(ownAccountFen, familyAccountFen);
  return {
    ok: true,
    ratioClass,
    policyInput: asked,
    result,
    fundFen,
    accountFen,
    payableFen: addFen(fundFen, accountFen),
    accumulator: { ordinal: question.accumulator.ordinal + 1, values: result.accumulatorsAfter },
    account: accountFen === 0 ? undefined : accountAfter(account, ownAccountFen, familyAccountFen),
  };
}

/**
 * The ratio class of a claim: by the covering filing, also one made up after paying; by the emergency; local where it
 * was at home; else the home region's rule (HOME_POLICY), which also serves chronic care and maternity (§1.10, §1.14).
 */
export function claimClass(
  claim: Claim,
  member: Pick<Member, 'homePool'>,
  filings: readonly Filing[],
  today: LocalDate,
): RatioClass {
  if (claim.visitKind === 'chronic' || claim.visitKind === 'maternity') return 'HOME_POLICY';
  if (isSamePool(claim.treatmentPool, member.homePool)) return 'LOCAL';
  const visit = {
    treatmentPool: claim.treatmentPool,
    visitKind: claim.visitKind,
    admissionDate: claim.admissionDate,
  };
  const chosen =
    chooseFiling(filings, { ...visit, settlementDate: claim.paidInFullOn }) ??
    chooseFiling(filings, { ...visit, settlementDate: today });
  if (chosen !== undefined && !(claim.emergency && chosen.filing.type === 'TM_OTHER'))
    return classOfType[chosen.filing.type];
  return claim.emergency ? 'REDUCED_A' : 'HOME_POLICY';
}

function accountAfter(before: AccountState, own: Fen, family: Fen): AccountState {
  const ownFen = fen(before.ownFen - own);
  const familyFen = fen(before.familyFen - family);
  assert(ownFen >= 0 && familyFen >= 0, 'the policy paid more from the account than it holds');
  return { ordinal: before.ordinal + 1, ownFen, familyFen };
}
