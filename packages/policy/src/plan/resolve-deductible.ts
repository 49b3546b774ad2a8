import type { Pack } from '../pack/pack.ts';
import type { DeductibleRule } from '../pack/pack-schema.ts';
import { amountFen, fixedAmount, levelOf, sharePlan } from './amounts.ts';
import type { DeductiblePlan } from './plan.ts';
import { cellValue, type Profile } from './profile.ts';
import type { Missing } from './resolve-ratio.ts';

/** Stays after which no published rule changes the deductible any more; the last entry repeats. */
const ORDINALS_MAX = 24;

/** Base by the pack's tables, later stays, factors, floor, waivers: one amount per stay of the year. */
export function resolveDeductible(
  rule: DeductibleRule | undefined,
  given: Profile,
  pack: Pack,
  missing: Missing,
): DeductiblePlan {
  const none: DeductiblePlan = {
    per: 'none',
    byOrdinal: [0],
    ordinalOf: 'all',
    filledBy: 'paid',
    share: undefined,
    yearCap: Number.POSITIVE_INFINITY,
    longStayDays: 0,
    transfer: undefined,
    afterRatio: false,
    level: given.level,
  };
  if (rule === undefined || rule.per === 'none' || rule.amount === undefined) return none;
  const profile = { ...given, level: levelOf(rule.level, given, given.level) };
  const amount = cellValue(rule.amount, profile);
  if (amount === undefined) {
    missing('amount');
    return none;
  }
  const base = amount.kind === 'share' ? 0 : amountFen(amount, pack, missing);
  const waived = rule.waived !== undefined && cellValue(rule.waived, profile) === true;
  return {
    ...none,
    per: rule.per,
    byOrdinal: waived ? [0] : byOrdinal(rule, base, profile, missing),
    ordinalOf: rule.laterStays?.counts ?? 'all',
    filledBy: rule.filledBy ?? 'paid',
    share: amount.kind === 'share' && !waived ? sharePlan(amount) : undefined,
    yearCap:
      rule.yearCap === undefined
        ? Number.POSITIVE_INFINITY
        : fixedAmount(rule.yearCap, profile, pack, () => missing('yearCap')),
    longStayDays: (rule.longStay && cellValue(rule.longStay.days, profile)) ?? 0,
    transfer: rule.transfer,
    afterRatio: rule.taken === 'after-ratio',
    level: profile.level,
  };
}

function byOrdinal(
  rule: DeductibleRule,
  base: number,
  profile: Profile,
  missing: Missing,
): readonly number[] {
  const nominal = laterStays(rule, base, profile, missing);
  const floor = (rule.atLeast && cellValue(rule.atLeast, profile)) ?? 0;
  const onlyFirst = rule.firstStayOnly !== undefined && cellValue(rule.firstStayOnly, profile) === true;
  const amounts = nominal.map((amount) => {
    let factored = amount;
    for (const factor of rule.factors ?? [])
      factored = shareHalfUp(factored, cellValue(factor, profile) ?? 10_000);
    // A stay without a deductible stays without one: the floor is for deductibles that combine to less.
    return factored === 0 ? 0 : Math.max(factored, floor);
  });
  return onlyFirst ? [amounts[0] ?? 0, 0] : shortened(amounts);
}

function laterStays(rule: DeductibleRule, base: number, profile: Profile, missing: Missing): number[] {
  const later = rule.laterStays;
  if (later === undefined) return [base];
  const ordinals = Array.from({ length: ORDINALS_MAX }, (_, index) => index);
  if (later.factors) {
    const factors = later.factors;
    let compounded = 10_000;
    return ordinals.map((index) => {
      const factor = factors[Math.min(index, factors.length - 1)] ?? 10_000;
      if (later.compound !== true) return shareHalfUp(base, factor);
      // Nanjing multiplies the factors up; those that repeat aren't applied again.
      if (index < factors.length) compounded = (compounded * factor) / 10_000;
      return shareHalfUp(base, compounded);
    });
  }
  if (later.step) {
    const { off, atLeast } = later.step;
    const floor = cellValue(atLeast, profile);
    if (floor === undefined) missing('laterStays.step.atLeast');
    return ordinals.map((index) => (index === 0 ? base : Math.max(floor ?? 0, base - off * index)));
  }
  if (later.shareStep) {
    const { off, atLeast } = later.shareStep;
    const floor = cellValue(atLeast, profile);
    if (floor === undefined) missing('laterStays.shareStep.atLeast');
    return ordinals.map((index) =>
      index === 0 ? base : Math.max(floor ?? 0, shareHalfUp(base, Math.max(0, 10_000 - off * index))),
    );
  }
  const amounts = (later.amounts ?? []).map((cell) => cellValue(cell, profile));
  if (amounts.includes(undefined)) missing('laterStays.amounts');
  return [base, ...amounts.map((amount) => amount ?? 0)];
}

function shareHalfUp(amount: number, basisPoints: number): number {
  return Math.floor((2 * amount * basisPoints + 10_000) / 20_000);
}

function shortened(amounts: readonly number[]): readonly number[] {
  let length = amounts.length;
  while (length > 1 && amounts[length - 1] === amounts[length - 2]) length--;
  return amounts.slice(0, length);
}
