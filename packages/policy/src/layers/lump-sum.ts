import type { Plan } from '../plan/plan.ts';
import { shareHalfUp } from '../plan/share.ts';
import { COPAY, OVER_LIMIT, PREPAY_SELF, SELF_PAID, type Working } from '../working.ts';

/** 生育定额: the fund pays what the visit cost, at most the lump sum; no deductible and no ratio (I1). */
export function payLumpSum(working: Working, rule: NonNullable<Plan['basic']['lumpSum']>): void {
  const parts = working.parts;
  const covered = working.inScopeFen;
  const cost = rule.of === 'total' ? working.totalFen : covered;
  const paid = Math.min(cost, rule.limit);
  working.isAtLimit = cost > rule.limit;
  working.coveredFen = covered;
  working.sharedUntilFen = covered;
  working.poolUncappedFen = cost;
  working.poolFen = paid;
  parts[COPAY] = covered;
  let left = paid;
  for (const part of [COPAY, PREPAY_SELF, OVER_LIMIT, SELF_PAID]) {
    const taken = Math.min(parts[part] as number, left);
    parts[part] = (parts[part] as number) - taken;
    left -= taken;
  }
  pushBasic(working, cost, paid);
}

/** 单病种定价: the person pays a share of the price, the fund the rest of it, the hospital what goes beyond (I2). */
export function payFixedPrice(working: Working, rule: NonNullable<Plan['basic']['fixedPrice']>): void {
  const price = Math.min(working.totalFen, rule.price);
  const own = Math.min(price, shareHalfUp(rule.price, rule.personalShare));
  working.hospitalPartFen = working.totalFen - price;
  working.coveredFen = price;
  working.sharedUntilFen = price;
  working.poolUncappedFen = price - own;
  working.poolFen = price - own;
  working.parts.fill(0);
  working.parts[COPAY] = own;
  pushBasic(working, price, price - own);
}

function pushBasic(working: Working, base: number, paid: number): void {
  working.noteLayer('basic', base, paid, base - paid, undefined);
}
