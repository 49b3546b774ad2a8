import type { Scheme } from '@yijie/codes';
import type { EligibilityDecision, Filing } from '@yijie/filing';
import { assert, assertShares, type Fen, fen } from '@yijie/money';
import {
  type Accumulators,
  accumulatorChange,
  applyChange,
  type PolicyInput,
  type PolicyResult,
} from '@yijie/policy';
import type { Member } from '../members/member.ts';
import type { PolicyBook } from '../policy/policy-book.ts';
import { policyInput } from '../policy/policy-input.ts';
import { daysAcrossYears, shareByDays } from './across-years.ts';
import { type RefusedAnswer, refused, type SettledAnswer } from './answer.ts';
import type { PersonBenefits } from './benefits.ts';
import { sumFlawOf } from './bill-sums.ts';
import type { Bill } from './command.ts';
import { eligibilityOf, servicesDay, settlementDay } from './eligibility.ts';
import type { ServicesBook } from './home-services.ts';
import type { AccountState, AccumulatorState, DeemedFiling, NewSettlement } from './person-state.ts';
import { quoteHash } from './quote-hash.ts';

/** The rules of this home region: its policies and what each pool has opened. */
export interface HomeRules {
  readonly policies: PolicyBook;
  readonly services: ServicesBook;
}

/** What a settlement reads of a person. */
export interface PersonView {
  readonly member: Member | undefined;
  readonly filings: readonly Filing[];
  readonly benefits: PersonBenefits;
  readonly account: AccountState;
  accumulators(scheme: Scheme, benefitYear: string): AccumulatorState;
}

export interface SettleQuestion {
  readonly settlementId: Uint8Array;
  readonly personToken: string;
  readonly homePool: string;
  readonly treatmentPool: string;
  readonly institutionCode: string;
  readonly bill: Bill;
  readonly settledAtMs: number;
}

export type SettleDecision =
  | { readonly ok: true; readonly added: NewSettlement; readonly filing?: DeemedFiling | undefined }
  | { readonly ok: false; readonly refusal: RefusedAnswer };

/**
 * Decides a settlement (or a quote: the same decision, not stored). The order of the checks is part of the contract:
 * person, form of the amounts, route, policy.
 */
export function decideSettlement(
  rules: HomeRules,
  person: PersonView,
  question: SettleQuestion,
): SettleDecision {
  const { member } = person;
  const { bill, settledAtMs, treatmentPool } = question;
  if (member === undefined || member.homePool !== question.homePool)
    return refuse('CRD-TOKEN', { homePool: question.homePool });
  const flaw = sumFlawOf(bill);
  if (flaw) return refuse('STL-SUM', { ...flaw });

  const settlementDate = settlementDay(settledAtMs);
  const services = rules.services(member.homePool, servicesDay(bill.visit, settlementDate));
  const eligibility = eligibilityOf({
    member,
    filings: person.filings,
    benefits: person.benefits,
    services,
    treatmentPool,
    institutionCode: question.institutionCode,
    visit: bill.visit,
    atMs: settledAtMs,
  });
  // A visit at home is a local settlement, with or without a filing elsewhere.
  if (eligibility.route === 'HOME') return refuse('STL-LOCAL', { homePool: member.homePool });
  if (eligibility.route !== 'DIRECT' || eligibility.ratioClass === undefined)
    return refuse(eligibility.code, eligibility.values);

  const { homePool, scheme } = member;
  const { dischargeDate } = bill.visit;
  const found = rules.policies.find({ homePool, scheme, settlementDate, dischargeDate });
  if (!found.ok) return refuse(found.code, found.values);
  const { benefitYear } = found;
  const before = person.accumulators(member.scheme, benefitYear);
  const input = policyInput({
    member,
    bill,
    treatmentPool,
    ratioClass: eligibility.ratioClass,
    settlementDate,
    accumulators: before.values,
    account: person.account,
    benefits: person.benefits,
    services,
    institutionCode: question.institutionCode,
  });
  const computed = found.policy.compute(input);
  if (!computed.ok) return refuse(computed.code, computed.values);
  const { result } = computed;
  assertShares(result.shares, bill.totalFen);

  const change = accumulatorChange(before.values, result.accumulatorsAfter);
  const days = daysAcrossYears(bill.visit, services, found);
  const shares = days && shareByDays(change, days);
  const values = shares ? applyChange(before.values, shares.deciding) : result.accumulatorsAfter;
  const account = accountAfter(person.account, result);
  const answer = settledAnswer({
    question,
    member,
    eligibility,
    input,
    result,
    account: account ?? person.account,
    accumulators: values,
  });
  const earlier = shares && person.accumulators(scheme, found.yearBefore);
  return {
    ok: true,
    added: {
      settlement: {
        personToken: member.personToken,
        homePool: member.homePool,
        treatmentPool,
        institutionCode: question.institutionCode,
        visitKind: bill.visit.kind,
        benefitYear,
        accumulatorDelta: shares?.deciding ?? change,
        earlierYear: shares && { benefitYear: found.yearBefore, accumulatorDelta: shares.earlier },
        answer,
      },
      policyInput: input,
      accumulator: { ordinal: before.ordinal + 1, values },
      earlierAccumulator: earlier && {
        ordinal: earlier.ordinal + 1,
        values: applyChange(earlier.values, shares.earlier),
      },
      account,
    },
    filing: eligibility.code === 'OK-DEEMED' ? deemedFiling(member, question) : undefined,
  };
}

function refuse(code: string, values: Readonly<Record<string, string>>): SettleDecision {
  return { ok: false, refusal: refused(code, values) };
}

function accountAfter(before: AccountState, { shares }: PolicyResult): AccountState | undefined {
  if (shares.ownAccountFen === 0 && shares.familyAccountFen === 0) return undefined;
  const ownFen = fen(before.ownFen - shares.ownAccountFen);
  const familyFen = fen(before.familyFen - shares.familyAccountFen);
  assert(ownFen >= 0 && familyFen >= 0, 'the policy paid more from the account than it holds');
  return { ordinal: before.ordinal + 1, ownFen, familyFen };
}

function settledAnswer(parts: {
  question: SettleQuestion;
  member: Member;
  eligibility: EligibilityDecision;
  input: PolicyInput;
  result: PolicyResult;
  account: AccountState;
  accumulators: Accumulators;
}): SettledAnswer {
  const { question, member, eligibility, input, result, account, accumulators } = parts;
  return {
    kind: 'settled',
    settlementId: question.settlementId,
    totalFen: result.totalFen,
    shares: result.shares,
    layers: result.layers,
    deductiblePaidFen: result.deductiblePaidFen,
    scheme: member.scheme,
    personClass: member.personClass,
    ratioClass: input.facts.ratioClass,
    eligibilityCode: eligibility.code,
    filingType: eligibility.filingType,
    policyVersion: result.policyVersion,
    settledAtMs: question.settledAtMs,
    accountBalanceAfterFen: fen(account.ownFen + account.familyFen),
    ...yearUsed(accumulators),
    quoteHash: quoteHash(member.personToken, question.bill.visit.visitId, input, result),
    notes: eligibility.note === undefined ? result.notes : [eligibility.note, ...result.notes],
    recalculationSuggested: [],
  };
}

/** What the slip shows of the benefit year, over all visit kinds. */
export function yearUsed(values: Accumulators): { yearDeductibleUsedFen: Fen; yearPoolUsedFen: Fen } {
  const sum = (part: string) =>
    fen(
      (values[`inpatient${part}`] ?? 0) +
        (values[`outpatient${part}`] ?? 0) +
        (values[`chronic${part}`] ?? 0) +
        (values[`maternity${part}`] ?? 0),
    );
  return { yearDeductibleUsedFen: sum('DeductibleFen'), yearPoolUsedFen: sum('FundFen') };
}

function deemedFiling(member: Member, { treatmentPool, bill, settledAtMs }: SettleQuestion): DeemedFiling {
  return {
    personToken: member.personToken,
    scheme: member.scheme,
    targetRegion: treatmentPool,
    visitId: bill.visit.visitId,
    from: bill.visit.admissionDate,
    lastDay: settlementDay(settledAtMs),
  };
}
