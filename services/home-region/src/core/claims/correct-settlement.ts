import type { HospitalKind, HospitalLevel, PersonClass, RatioClass } from '@yijie/codes';
import { assert, assertShares, type Fen, fen, type Shares, sumFen } from '@yijie/money';
import { type Accumulators, accumulatorChange, applyChange, type PolicyInput } from '@yijie/policy';
import type { PolicyComputation } from '../policy/policy-book.ts';

/** The shares that are funds: accounts, cash and the hospital's part are none. */
export const FUND_NAMES = [
  'poolFundFen',
  'largeAmountFen',
  'seriousIllnessFen',
  'civilServantFen',
  'enterpriseSupplementFen',
  'medicalAidFen',
  'otherFundFen',
] as const satisfies readonly (keyof Shares)[];
export type Funds = Readonly<Pick<Shares, (typeof FUND_NAMES)[number]>>;

/** Facts that were wrong when the visit was settled; what isn't named was right. The bill is never corrected here. */
export interface CorrectedFacts {
  readonly ratioClass?: RatioClass | undefined;
  readonly personClass?: PersonClass | undefined;
  readonly insuredYears?: number | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly hospitalLevel?: HospitalLevel | undefined;
  readonly hospitalKind?: HospitalKind | undefined;
  readonly diseaseCode?: string | undefined;
}

/** What a person has of a settlement: as it was settled, and with the corrections approved so far. */
export interface PaidSoFar {
  readonly settled: Funds;
  /** How the settlement moved the accumulators. */
  readonly settledDelta: Accumulators;
  /** Sums over the corrections approved so far. */
  readonly corrected: Funds;
  readonly correctedDelta: Accumulators;
}

export type CorrectionResult =
  | {
      readonly ok: true;
      readonly policyInput: PolicyInput;
      readonly policyVersion: string;
      /** Recomputed minus paid so far, fund by fund. */
      readonly difference: Funds;
      readonly netFen: Fen;
      readonly accumulatorDelta: Accumulators;
      /** With it the person has something else than was settled. */
      readonly differs: boolean;
    }
  | Extract<PolicyComputation, { readonly ok: false }>;

/**
 * The net difference of a correction (轧差报销, clearing-and-filing §3.4): the same bill on the same accumulators as at
 * the settlement, computed with the right facts; per fund, recomputed minus paid so far. Correcting back to the facts
 * that were settled takes an earlier correction back.
 */
export function correctSettlement(
  settledInput: PolicyInput,
  paid: PaidSoFar,
  facts: CorrectedFacts,
  compute: (input: PolicyInput) => PolicyComputation,
): CorrectionResult {
  const policyInput = { ...settledInput, facts: { ...settledInput.facts, ...named(facts) } };
  const computed = compute(policyInput);
  if (!computed.ok) return computed;
  const { result } = computed;
  assertShares(result.shares, result.totalFen);
  const difference = eachFund((name) => result.shares[name] - paid.settled[name] - paid.corrected[name]);
  const recomputed = accumulatorChange(policyInput.accumulators, result.accumulatorsAfter);
  const beyondSettled = beyond(recomputed, paid.settledDelta);
  const accumulatorDelta = beyond(beyondSettled, paid.correctedDelta);
  return {
    ok: true,
    policyInput,
    policyVersion: result.policyVersion,
    difference,
    netFen: sumFen(FUND_NAMES.map((name) => difference[name])),
    accumulatorDelta,
    differs:
      Object.keys(beyondSettled).length > 0 ||
      FUND_NAMES.some((name) => result.shares[name] !== paid.settled[name]),
  };
}

export function eachFund(amount: (name: (typeof FUND_NAMES)[number]) => number): Funds {
  return Object.fromEntries(FUND_NAMES.map((name) => [name, fen(amount(name))])) as unknown as Funds;
}

/** The accumulators with a correction; whoever settled meanwhile has added theirs. */
export function correctedYear(before: Accumulators, delta: Accumulators): Accumulators {
  const after = applyChange(before, delta);
  for (const [name, value] of Object.entries(after))
    assert(value >= 0, `a correction leaves ${name} below zero`);
  return after;
}

function beyond(of: Accumulators, without: Accumulators): Accumulators {
  const rest = applyChange(of, without, -1);
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== 0));
}

function named(facts: CorrectedFacts): Partial<PolicyInput['facts']> {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}
