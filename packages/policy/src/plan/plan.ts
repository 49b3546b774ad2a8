import type { HospitalLevel, VisitKind } from '@yijie/codes';
import type { Period } from '../accumulators.ts';
import type { Counters, LayerCounters, VisitCounters } from '../counters.ts';
import type { Fund, LayerName } from '../pack/pack-schema.ts';
import type { Bands } from './bands.ts';
import type { Fraction } from './fraction.ts';
import type { Profile } from './profile.ts';

/** A pack resolved for one profile: numbers only, everything conditional already decided. */
export interface Plan {
  readonly profile: Profile;
  /** The first field that the pack doesn't publish for this profile; nothing can be computed then. */
  readonly missing: MissingValue | undefined;
  readonly itemGroups: ReadonlyMap<string, ItemGroupPlan> | undefined;
  readonly awayPrepay: Fraction | undefined;
  readonly deductible: DeductiblePlan;
  readonly basic: BasicPlan;
  readonly layers: readonly LayerPlan[];
  readonly layersAfterAccount: readonly LayerPlan[];
  /** Indexes of the parts that the personal account may pay. */
  readonly accountParts: readonly number[];
}

export interface MissingValue {
  readonly field: string;
  readonly value: string;
}

export interface ItemGroupPlan {
  readonly prepay: Fraction | undefined;
  readonly bands: Bands | undefined;
  readonly singleLine:
    | { readonly bands: Bands; readonly ceiling: number; readonly entersYear: boolean }
    | undefined;
}

export interface DeductiblePlan {
  readonly per: 'stay' | 'year' | 'quarter' | 'month' | 'none';
  /** Nominal deductible of the first, second, … stay; the last repeats. */
  readonly byOrdinal: readonly number[];
  readonly ordinalOf: 'all' | 'same-level' | 'same-institution';
  readonly filledBy: 'paid' | 'in-scope';
  readonly share: SharePlan | undefined;
  /** Infinity when the year's sum isn't limited. */
  readonly yearCap: number;
  /** 0 when a long stay adds none. */
  readonly longStayDays: number;
  readonly transfer:
    | {
        readonly withinDays: number;
        readonly upward: 'difference' | 'full';
        readonly downward: 'none' | 'full';
      }
    | undefined;
  readonly afterRatio: boolean;
  /** The level whose row was read. */
  readonly level: HospitalLevel;
}

/** An amount that is a share of something known only at the settlement. */
export interface SharePlan {
  readonly of: 'total' | 'in-scope' | 'salary';
  readonly ratio: Fraction;
  readonly atLeast: number;
  readonly atMost: number;
}

export interface BasicPlan {
  readonly countsAs: VisitKind;
  readonly counters: VisitCounters;
  /** For stays: counts one at the hospital's own level. */
  readonly addStay: ((to: Counters) => void) | undefined;
  readonly bands: Bands;
  readonly perYear: boolean;
  readonly fromDeductible: boolean;
  readonly roundBands: boolean;
  /** How bands fall on item groups with a ratio of their own. */
  readonly splitsProRata: boolean;
  readonly floor: Fraction | undefined;
  readonly accountFirst: boolean;
  readonly lumpSum: { readonly limit: number; readonly of: 'total' | 'in-scope' } | undefined;
  readonly fixedPrice: { readonly price: number; readonly personalShare: Fraction } | undefined;
  readonly diseaseLimit: DiseaseLimitPlan | undefined;
  /** Names besides the fixed ones that this visit adds to. */
  readonly periods: readonly PeriodPlan[];
  readonly ceilings: readonly CeilingPlan[];
  /** What shaped the ratio, for explanations. */
  readonly ratioSteps: readonly RatioStep[];
}

export interface DiseaseLimitPlan {
  readonly limit: number;
  readonly per: 'year' | 'quarter' | 'month';
  /** The pack's name of the disease, or `all` where several share one limit. */
  readonly counts: string;
  /** Limits by disease code, where several diseases raise the limit. */
  readonly several:
    | { readonly limits: ReadonlyMap<string, number>; readonly each: number; readonly atMost: number }
    | undefined;
}

/** One further accumulator: the visit kind's fund payments or deductibles, of a period and perhaps a disease. */
export interface PeriodPlan {
  readonly of: 'fund' | 'deductible';
  readonly period: Period | undefined;
  readonly disease: string | undefined;
}

export interface RatioStep {
  readonly rule: string;
  readonly value: string;
}

export interface CeilingPlan {
  readonly on: 'payment' | 'cost' | 'cost-after-deductible';
  readonly limit: number;
  readonly counts: readonly VisitCounters[];
  readonly per: 'year' | 'quarter' | 'month' | 'day' | 'visit';
  readonly raisedByAllowance: boolean;
}

export interface LayerPlan {
  readonly name: LayerName;
  readonly fund: Fund;
  /** Its position in FUNDS. */
  readonly fundIndex: number;
  readonly counters: LayerCounters;
  /** Indexes into the parts, in the order in which the payment is taken off. */
  readonly parts: readonly number[];
  /** The base is nothing but over-ceiling cost, which may be an exact fraction. */
  readonly overOnly: boolean;
  readonly perYear: boolean;
  readonly lessPaid: boolean;
  readonly threshold: number;
  readonly thresholdShare: SharePlan | undefined;
  readonly fromThreshold: boolean;
  readonly roundBands: boolean;
  readonly bands: Bands;
  readonly ceiling: number;
  readonly ceilingSharesPool: boolean;
  readonly ceilingSharesLayers: readonly LayerCounters[];
  readonly atYearEnd: boolean;
  readonly ratioSteps: readonly RatioStep[];
  /** Position in the pack's list, for the source. */
  readonly index: number;
}
