import type { Cell } from '../pack/cell.ts';
import type { Band } from '../pack/leaves.ts';
import type { Pack } from '../pack/pack.ts';
import type { Adjustment } from '../pack/pack-schema.ts';
import { type Bands, bandsOf } from './bands.ts';
import {
  addPoints,
  complement,
  type Fraction,
  isLess,
  larger,
  multiply,
  ONE,
  ofBasisPoints,
  shownRatio,
  smaller,
} from './fraction.ts';
import type { RatioStep } from './plan.ts';
import { cellValue, type Profile } from './profile.ts';

export interface RatioRule {
  readonly pays: Cell<readonly Band[]>;
  readonly adjust?: readonly Adjustment[] | undefined;
}

/** The uplift of an item group (A9), applied where the pack's list says `itemGroup: yes`. */
export interface Uplift {
  readonly points: number;
  readonly atMost: Fraction | undefined;
}

/** Collects what the pack doesn't publish for a profile. */
export type Missing = (field: string) => void;

/** Table value, then the pack's adjustments in the order written, for each band. */
export function resolveBands(
  rule: RatioRule,
  profile: Profile,
  pack: Pack,
  uplift: Uplift | undefined,
  missing: Missing,
  steps: RatioStep[] = [],
): Bands {
  const bands = cellValue(rule.pays, profile);
  if (bands === undefined) {
    missing('pays');
    return emptyBands;
  }
  const ratios: Fraction[] = [];
  bands.forEach((band, index) => {
    const value = cellValue(band.pays, profile);
    if (value === undefined) missing(`pays.${index}`);
    const first = ofBasisPoints(value ?? 0);
    if (index === 0) steps.push({ rule: 'table', value: shownRatio(first) });
    const ratio = adjusted(
      first,
      rule.adjust ?? [],
      profile,
      pack,
      uplift,
      missing,
      index === 0 ? steps : [],
    );
    // A fund never pays more than the cost; a pack whose additions come to more needs an `atMost`.
    if (isLess(ONE, ratio)) missing(`pays.${index} above 100%`);
    ratios.push(ratio);
  });
  return bandsOf(
    bands.map((band) => band.until),
    ratios,
  );
}

function adjusted(
  first: Fraction,
  adjustments: readonly Adjustment[],
  profile: Profile,
  pack: Pack,
  uplift: Uplift | undefined,
  missing: Missing,
  steps: RatioStep[],
): Fraction {
  let ratio = first;
  adjustments.forEach((adjustment, index) => {
    const before = ratio;
    ratio = adjustOnce(ratio, adjustment, profile, pack, uplift, () => missing(`adjust.${index}`));
    if (ratio.num !== before.num || ratio.den !== before.den)
      steps.push({ rule: ruleName(adjustment), value: shownRatio(ratio) });
  });
  return ratio;
}

function adjustOnce(
  ratio: Fraction,
  adjustment: Adjustment,
  profile: Profile,
  pack: Pack,
  uplift: Uplift | undefined,
  missing: () => void,
): Fraction {
  const value = <T>(cell: Cell<T>): T | undefined => {
    const found = cellValue(cell, profile);
    if (found === undefined) missing();
    return found;
  };
  if (adjustment.points) return addPoints(ratio, value(adjustment.points) ?? 0);
  if (adjustment.multiplier) return multiply(ratio, ofBasisPoints(value(adjustment.multiplier) ?? 10_000));
  if (adjustment.personalShare) {
    // 退休人员个人负担为在职的 60%: r' = 1 − k (1 − r).
    const share = ofBasisPoints(value(adjustment.personalShare) ?? 10_000);
    return complement(multiply(share, complement(ratio)));
  }
  if (adjustment.pointsPerYears) {
    const { of, from, every, points, atMost } = adjustment.pointsPerYears;
    const reached = of === 'age' ? profile.age : profile.years;
    if (reached < from) return ratio;
    const earned = points * (Math.floor((reached - from) / every) + 1);
    return addPoints(ratio, atMost === undefined ? earned : Math.min(earned, atMost));
  }
  if (adjustment.filing) return filingEffect(ratio, profile, pack, missing);
  if (adjustment.itemGroup) {
    if (uplift === undefined) return ratio;
    const raised = addPoints(ratio, uplift.points);
    return uplift.atMost === undefined ? raised : smaller(raised, uplift.atMost);
  }
  if (adjustment.atMost) return smaller(ratio, ofBasisPoints(value(adjustment.atMost) ?? 10_000));
  if (adjustment.atLeast) return larger(ratio, ofBasisPoints(value(adjustment.atLeast) ?? 0));
  return ratio;
}

/** D2 and D3: points off the ratio, or a multiplier on it. Prepay and own tables act elsewhere. */
function filingEffect(ratio: Fraction, profile: Profile, pack: Pack, missing: () => void): Fraction {
  const { effect, points, multiplier } = pack.filing;
  if (effect === 'points' && points) {
    const off = cellValue(points, profile);
    if (off === undefined) missing();
    return addPoints(ratio, off ?? 0);
  }
  if (effect === 'multiplier' && multiplier) {
    const factor = cellValue(multiplier, profile);
    if (factor === undefined) missing();
    return multiply(ratio, ofBasisPoints(factor ?? 10_000));
  }
  return ratio;
}

function ruleName(adjustment: Adjustment): string {
  if (adjustment.points) return 'points';
  if (adjustment.multiplier) return 'multiplier';
  if (adjustment.personalShare) return 'personal-share';
  if (adjustment.pointsPerYears) return 'points-per-years';
  if (adjustment.filing) return 'filing';
  if (adjustment.itemGroup) return 'item-group';
  return adjustment.atMost ? 'at-most' : 'at-least';
}

export const emptyBands: Bands = bandsOf([Number.POSITIVE_INFINITY], [{ num: 0, den: 1 }]);
