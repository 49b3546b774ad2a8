import type { BasisPoints, Fen } from '@yijie/money';
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

/** Positions in {@link Working.funds}. */
export const LARGE_AMOUNT = 0;
export const SERIOUS_ILLNESS = 1;
export const CIVIL_SERVANT = 2;
export const ENTERPRISE_SUPPLEMENT = 3;
export const MEDICAL_AID = 4;
export const OTHER_FUND = 5;

/**
 * One computation under way. `parts` holds what nobody but the person pays so far, by reason; every layer takes its
 * payment off them, so each reads only what the one before has left.
 *
 * One of these belongs to a compiled pack and is used again for every computation: making a new one each time costs
 * more than the arithmetic. Nothing of it leaves `compute` but the list of layers, which is new each time.
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
  readonly parts: number[] = [0, 0, 0, 0, 0, 0, 0, 0];
  /** What the layers noted, by position; `layersNoted` of them are of this computation. */
  readonly layerNames: string[] = [];
  readonly layerAmounts: number[] = [];
  readonly layerRatios: (BasisPoints | undefined)[] = [];
  layersNoted = 0;
  /** Paid by the funds after the pool, in the order of FUNDS in the pack schema. */
  readonly funds: number[] = [0, 0, 0, 0, 0, 0];
  /** Base and payment of every layer that ran, in order, for the accumulators. */
  layerCount = 0;
  readonly layerBases: number[] = [];
  readonly layerPaid: number[] = [];
  ownAccountFen = 0;
  familyAccountFen = 0;
  isAtLimit = false;
  isAccountShort = false;

  noteLayer(
    layer: string,
    baseFen: number,
    paidFen: number,
    carriedFen: number,
    ratioBp: BasisPoints | undefined,
  ): void {
    const at = this.layersNoted;
    this.layerNames[at] = layer;
    this.layerAmounts[3 * at] = baseFen;
    this.layerAmounts[3 * at + 1] = paidFen;
    this.layerAmounts[3 * at + 2] = carriedFen;
    this.layerRatios[at] = ratioBp;
    this.layersNoted = at + 1;
  }

  /** The layers that ran, as new objects: this one keeps no reference to what it gives away. */
  notedLayers(): PolicyLayer[] {
    const layers: PolicyLayer[] = new Array(this.layersNoted);
    for (let at = 0; at < this.layersNoted; at++) {
      layers[at] = {
        layer: this.layerNames[at] as string,
        baseFen: this.layerAmounts[3 * at] as Fen,
        paidFen: this.layerAmounts[3 * at + 1] as Fen,
        carriedFen: this.layerAmounts[3 * at + 2] as Fen,
        ratioBp: this.layerRatios[at],
      };
    }
    return layers;
  }

  begin(): void {
    this.deductibleDueFen = 0;
    this.ordinal = 0;
    this.deductibleFen = 0;
    this.bandFrom = 0;
    this.bandTo = 0;
    this.bands = undefined;
    this.sharedUntilFen = 0;
    this.poolUncappedFen = 0;
    this.poolFen = 0;
    this.sidePaidFen = 0;
    this.sideYearFen = 0;
    this.hospitalPartFen = 0;
    this.groups = undefined;
    this.overNum = 0;
    this.overDen = 1;
    // Written out: for so few elements fill() and length cost more than the stores.
    for (let index = 0; index < 8; index++) this.parts[index] = 0;
    for (let index = 0; index < 6; index++) this.funds[index] = 0;
    this.layersNoted = 0;
    this.layerCount = 0;
    this.ownAccountFen = 0;
    this.familyAccountFen = 0;
    this.isAtLimit = false;
    this.isAccountShort = false;
  }
}

export interface WorkingGroup {
  readonly group: string;
  readonly inScopeFen: number;
  readonly prepayFen: number;
  /** Paid outside the bands; `paidFen` is what the pool paid there. */
  readonly isSingle: boolean;
  readonly paidFen: number;
}
