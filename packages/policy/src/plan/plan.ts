import type { HospitalLevel, VisitKind } from '@yijie/codes';
import type { LayerCounters, VisitCounters } from '../counters.ts';
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
}

export interface DeductiblePlan {
  readonly per: 'stay' | 'year' | 'none';
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
  readonly bands: Bands;
  readonly perYear: boolean;
  readonly fromDeductible: boolean;
  readonly roundBands: boolean;
  readonly floor: Fraction | undefined;
  readonly ceilings: readonly CeilingPlan[];
  /** What shaped the ratio, for explanations. */
  readonly ratioSteps: readonly RatioStep[];
}

export interface RatioStep {
  readonly rule: string;
  readonly value: string;
}

export interface CeilingPlan {
  readonly on: 'payment' | 'cost' | 'cost-after-deductible';
  readonly limit: number;
  readonly counts: readonly VisitCounters[];
  readonly per: 'year' | 'visit';
}

export interface LayerPlan {
  readonly name: LayerName;
  readonly fund: Fund;
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
