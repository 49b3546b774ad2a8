import type { LocalDate } from '@yijie/calendar';
import type { Scheme } from '@yijie/codes';
import type { Refusal } from '@yijie/errors';
import type { ExplanationStep, PolicyInput, PolicyResult } from '@yijie/policy';

/** The policies in force, as decisions use them: pure, and the same answer for the same question for ever. */
export interface PolicyBook {
  /** The one policy of a visit, and the benefit year it counts for; none and two are refusals. */
  find(question: PolicyQuestion): FoundPolicy;
  /** A policy by its version, for explanations and replay of what was settled under it. */
  byVersion(version: string): Policy | undefined;
}

export interface PolicyQuestion {
  readonly homePool: string;
  readonly scheme: Scheme;
  readonly settlementDate: LocalDate;
  readonly dischargeDate?: LocalDate | undefined;
}

export type FoundPolicy =
  | {
      readonly ok: true;
      readonly policy: Policy;
      readonly benefitYear: string;
      /** The first day of that year, and the name of the year before it. */
      readonly yearFrom: LocalDate;
      readonly yearBefore: string;
    }
  | Refusal<'POL-NONE' | 'POL-OVERLAP'>;

export interface Policy {
  readonly version: string;
  compute(input: PolicyInput): PolicyComputation;
  /** The same computation in steps and sentences. */
  explain(input: PolicyInput): readonly ExplanationStep[];
}

export type PolicyComputation = { readonly ok: true; readonly result: PolicyResult } | Refusal;
