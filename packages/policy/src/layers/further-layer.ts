import { assert } from '@yijie/money';
import type { PolicyInput } from '../contract.ts';
import { paidBetween, paidBetweenByBand } from '../plan/bands.ts';
import type { LayerPlan } from '../plan/plan.ts';
import { OVER_CEILING, type Working } from '../working.ts';
import { shareDue } from './deductible.ts';

/**
 * 大额、大病、公务员补助、企业补充、医疗救助: each reads some of the parts that are still the person's, pays its
 * share of what lies above its threshold, and takes the payment off those parts.
 */
export function payFurtherLayer(working: Working, layer: LayerPlan, input: PolicyInput): void {
  const base = baseOf(working, layer);
  const paid = base === 0 || layer.atYearEnd ? 0 : payment(working, layer, base, input);
  working.layerBases[working.layerCount] = base;
  working.layerPaid[working.layerCount] = paid;
  working.layerCount++;
  if (base === 0) return;
  takeOff(working, layer, paid);
  working.funds[layer.fundIndex] = (working.funds[layer.fundIndex] as number) + paid;
  working.noteLayer(layer.name, base, paid, base - paid, layer.bands.singleRatio);
}

function baseOf(working: Working, layer: LayerPlan): number {
  let base = 0;
  for (let index = 0; index < layer.parts.length; index++)
    base += working.parts[layer.parts[index] as number] as number;
  return base;
}

function payment(working: Working, layer: LayerPlan, base: number, input: PolicyInput): number {
  const before = layer.perYear ? layer.counters.base(input.accumulators) : 0;
  const threshold = thresholdOf(working, layer, input);
  // Over-ceiling cost that nobody has read yet is exact; anything else is whole fen.
  const isExact = layer.overOnly && working.overDen !== 1 && isUntouched(working);
  const scale = isExact ? working.overDen : 1;
  const added = isExact ? working.overNum : base;
  let paid: number;
  if (layer.lessPaid) {
    const year = shareOfRange(layer, threshold, 0, before * scale + added, scale);
    const earlier = layer.counters.paid(input.accumulators);
    paid = year > earlier ? year - earlier : 0;
  } else {
    paid = shareOfRange(layer, threshold, before * scale, before * scale + added, scale);
  }
  const left = ceilingLeft(working, layer, input);
  if (paid > left) {
    paid = left;
    working.isAtLimit = true;
  }
  return Math.min(paid, base);
}

function thresholdOf(working: Working, layer: LayerPlan, input: PolicyInput): number {
  return layer.thresholdShare === undefined
    ? layer.threshold
    : shareDue(layer.thresholdShare, working, input.facts);
}

/** The fund's share of the part of [from, to) above the threshold; bands from zero or from the threshold (F3). */
function shareOfRange(layer: LayerPlan, threshold: number, from: number, to: number, scale: number): number {
  const edge = threshold * scale;
  const start = Math.max(from, edge);
  if (to <= start) return 0;
  const shift = layer.fromThreshold ? edge : 0;
  return layer.roundBands
    ? paidBetweenByBand(layer.bands, start - shift, to - shift, scale)
    : paidBetween(layer.bands, start - shift, to - shift, scale);
}

function ceilingLeft(working: Working, layer: LayerPlan, input: PolicyInput): number {
  if (layer.ceiling === Number.POSITIVE_INFINITY) return layer.ceiling;
  const { accumulators } = input;
  let left = layer.ceiling - layer.counters.paid(accumulators);
  if (layer.ceilingSharesPool) left -= accumulatedPool(input) + working.poolFen;
  for (const other of layer.ceilingSharesLayers) left -= other.paid(accumulators);
  return Math.max(left, 0);
}

function accumulatedPool(input: PolicyInput): number {
  const { inpatientFundFen, chronicFundFen } = input.accumulators;
  return (inpatientFundFen ?? 0) + (chronicFundFen ?? 0);
}

function isUntouched(working: Working): boolean {
  return (
    working.parts[OVER_CEILING] ===
    Math.floor((2 * working.overNum + working.overDen) / (2 * working.overDen))
  );
}

function takeOff(working: Working, layer: LayerPlan, paid: number): void {
  let left = paid;
  for (let index = 0; left > 0; index++) {
    const part = layer.parts[index];
    assert(part !== undefined, 'a layer paid more than its base');
    const there = working.parts[part] as number;
    const taken = Math.min(there, left);
    working.parts[part] = there - taken;
    left -= taken;
  }
}
