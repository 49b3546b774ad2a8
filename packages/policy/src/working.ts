import type { PolicyLayer } from './contract.ts';
import type { Bands } from './plan/bands.ts';

/** Positions in {@link Working.parts}; the order is that of PARTS in the pack schema. */
export const SELF_PAID = 0;
export const OVER_LIMIT = 1;
export const PREPAY_SELF = 2;
export const AWAY_PREPAY = 3;
export const DEDUCTIBLE = 4;
export const COPAY = 5;
export const OVER_CEILING = 6;
export const SIDE_COPAY = 7;

/**
 * One computation under way. `parts` holds what nobody but the person pays so far, by reason; every layer takes its
 * payment off them, so each reads only what the one before has left.
 */
export class Working {
  totalFen = 0;
  inScopeFen = 0;
  /** In-scope cost after the away prepay, the S2 of the order of evaluation. */
  coveredFen = 0;
  /** What was due, whether or not the bill reached it, and how many stays came before. */
  deductibleDueFen = 0;
  ordinal = 0;
  deductibleFen = 0;
  /** The range of the bands that was paid for, and the bands when the bill's item groups shaped them. */
  bandFrom = 0;
  bandTo = 0;
  bands: Bands | undefined = undefined;
  /** Where the covered cost ends that the basic fund shares in. */
  sharedUntilFen = 0;
  poolUncappedFen = 0;
  poolFen = 0;
  /** Paid by the pool on single lines, outside the bands; `sideYearFen` of it counts against the year. */
  sidePaidFen = 0;
  sideYearFen = 0;
  hospitalPartFen = 0;
  /** The item groups of the bill that the pack has rules for; most bills have none. */
  groups: WorkingGroup[] | undefined = undefined;
  /** The over-ceiling cost as an exact fraction of a fen, until a layer reads it. */
  overNum = 0;
  overDen = 1;
  parts: number[] = [0, 0, 0, 0, 0, 0, 0, 0];
  layers: PolicyLayer[] = [];
  /** Base and payment of every layer that ran, in order, for the accumulators. */
  layerBases: number[] = [];
  layerPaid: number[] = [];
  largeAmountFen = 0;
  seriousIllnessFen = 0;
  civilServantFen = 0;
  enterpriseSupplementFen = 0;
  medicalAidFen = 0;
  otherFundFen = 0;
  ownAccountFen = 0;
  familyAccountFen = 0;
  isAtLimit = false;
  isAccountShort = false;
}

export interface WorkingGroup {
  readonly group: string;
  readonly inScopeFen: number;
  readonly prepayFen: number;
  /** Paid outside the bands; `paidFen` is what the pool paid there. */
  readonly isSingle: boolean;
  readonly paidFen: number;
}
