import type { Fen } from '@yijie/money';
import type { PolicyInput } from '../contract.ts';
import { type Bands, costBeyond, paidBetween, paidBetweenByBand } from '../plan/bands.ts';
import { blendBands, type Stretch } from '../plan/blend-bands.ts';
import type { BasicPlan, Plan } from '../plan/plan.ts';
import { shareHalfUp } from '../plan/share.ts';
import { COPAY, DEDUCTIBLE, OVER_CEILING, type Working } from '../working.ts';
import { costShared, paymentLeft } from './ceiling.ts';
import { deductibleDue } from './deductible.ts';

/** 统筹基金: bands over the covered cost, the deductible cutting the first of them, then the ceilings. */
export function payBasicFund(working: Working, plan: Plan, input: PolicyInput): void {
  const basic = plan.basic;
  const covered = working.coveredFen;
  const deductible = working.deductibleFen;
  const until = costShared(working, basic, input);
  working.sharedUntilFen = until;
  const offset = bandOffset(basic, deductible, input);
  const from = deductible + offset;
  const to = until + offset;
  working.bandFrom = from;
  working.bandTo = to;

  const bands = working.groups === undefined ? basic.bands : bandsWithGroups(working, plan, offset);
  let pool = basic.roundBands ? paidBetweenByBand(bands, from, to, 1) : paidBetween(bands, from, to, 1);
  // The floor never reaches cost above a ceiling on cost.
  if (basic.floor !== undefined) pool = Math.max(pool, Math.min(until, shareHalfUp(covered, basic.floor)));
  if (plan.deductible.afterRatio) pool = takeAfterRatio(working, pool, plan, input);
  working.poolUncappedFen = pool;
  const left = paymentLeft(working, basic, input);
  let over = covered - until;
  if (pool > left) {
    pool = left;
    working.isAtLimit = true;
    const gross = plan.deductible.afterRatio ? pool + working.deductibleFen : pool;
    const beyond = costBeyond(bands, from, to, gross);
    // Rounded for the parts; a layer that reads only this takes the exact fraction.
    over += Math.floor((2 * beyond.num + beyond.den) / (2 * beyond.den));
    working.overNum = beyond.num + (covered - until) * beyond.den;
    working.overDen = beyond.den;
  } else {
    working.overNum = over;
    working.overDen = 1;
    if (over > 0) working.isAtLimit = true;
  }
  working.poolFen = pool;
  const parts = working.parts;
  parts[OVER_CEILING] = over;
  const copay = covered - working.deductibleFen - over - pool;
  if (copay >= 0) parts[COPAY] = copay;
  else shrinkDeductible(working, copay);
  const carried = (covered - pool) as Fen;
  working.noteLayer('basic', covered, pool, carried, bands.singleRatio);
}

/** The bands of this bill when some of its item groups have a ratio of their own. */
function bandsWithGroups(working: Working, plan: Plan, offset: number): Bands {
  const covered = working.coveredFen;
  const inScope = working.inScopeFen;
  const stretches: Stretch[] = [];
  let plain = covered;
  for (const { group, inScopeFen, prepayFen, isSingle } of working.groups ?? []) {
    const fen = inScopeFen - prepayFen;
    const bands = plan.itemGroups?.get(group)?.bands;
    if (bands === undefined || isSingle || fen === 0) continue;
    // The away prepay falls on the groups by their share of the scope.
    const part = covered === inScope ? fen : Math.floor((fen * covered) / inScope);
    stretches.push({ fen: part, bands });
    plain -= part;
  }
  if (stretches.length === 0 || covered === 0) return plan.basic.bands;
  if (plain > 0) stretches.unshift({ fen: plain, bands: plan.basic.bands });
  working.bands = blendBands(stretches, plan.basic.splitsProRata, offset);
  return working.bands;
}

/** Where the bands begin: at zero, at what the year has used before, or above the deductible. */
function bandOffset(basic: BasicPlan, deductible: number, input: PolicyInput): number {
  const used = basic.perYear ? basic.counters.inScope(input.accumulators) : 0;
  if (!basic.fromDeductible) return used;
  const deducted = basic.perYear ? basic.counters.deductible(input.accumulators) : 0;
  return used - deducted - deductible;
}

/** Nanning: the deductible comes off the payment, after the ratio (B22). */
function takeAfterRatio(working: Working, pool: number, plan: Plan, input: PolicyInput): number {
  const due = deductibleDue(working, plan.deductible, plan, input);
  const taken = Math.min(due, pool);
  working.deductibleFen = taken;
  working.parts[DEDUCTIBLE] = taken;
  return pool - taken;
}

/** A floor ratio (C15) can pay into the deductible of a small bill. */
function shrinkDeductible(working: Working, copay: number): void {
  working.parts[COPAY] = 0;
  working.parts[DEDUCTIBLE] = (working.parts[DEDUCTIBLE] as number) + copay;
}
