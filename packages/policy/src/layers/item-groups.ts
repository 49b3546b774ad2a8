import { assert } from '@yijie/money';
import { periodName } from '../accumulators.ts';
import type { BillGroup, PolicyInput } from '../contract.ts';
import { paidBetween } from '../plan/bands.ts';
import type { ItemGroupPlan, Plan } from '../plan/plan.ts';
import { shareHalfUp } from '../plan/share.ts';
import { OVER_LIMIT, PREPAY_SELF, SELF_PAID, SIDE_COPAY, type Working } from '../working.ts';

/** Sums the bill's groups; a group with a prepay of its own gives it up before anything else is computed. */
export function sumItemGroups(working: Working, input: PolicyInput, plan: Plan): void {
  const groups = input.groups;
  let total = 0;
  let selfPaid = 0;
  let overLimit = 0;
  let prepaySelf = 0;
  let inScope = 0;
  for (let index = 0; index < groups.length; index++) {
    const group = groups[index] as BillGroup;
    total += group.totalFen;
    selfPaid += group.selfPaidFen;
    overLimit += group.overLimitFen;
    prepaySelf += group.prepaySelfFen;
    inScope += group.inScopeFen;
  }
  assert(
    selfPaid >= 0 && overLimit >= 0 && prepaySelf >= 0 && inScope >= 0 && Number.isSafeInteger(total),
    'amounts of a bill to settle are whole fen and not negative',
  );
  assert(
    selfPaid + overLimit + prepaySelf + inScope === total,
    "the parts of the bill don't sum to its total",
  );
  working.totalFen = total;
  working.inScopeFen = inScope;
  working.parts[SELF_PAID] = selfPaid;
  working.parts[OVER_LIMIT] = overLimit;
  working.parts[PREPAY_SELF] = prepaySelf;
  if (plan.itemGroups !== undefined) applyGroupRules(working, input, plan.itemGroups);
}

/** A group's own prepay leaves the scope; a group paid on a single line leaves the bands altogether. */
function applyGroupRules(
  working: Working,
  input: PolicyInput,
  rules: ReadonlyMap<string, ItemGroupPlan>,
): void {
  for (const [name, rule] of rules) {
    // Summed first: rounding each line of a group would make the result depend on how the bill is cut.
    const inScope = input.groups.reduce(
      (sum, group) => sum + (group.group === name ? group.inScopeFen : 0),
      0,
    );
    if (inScope === 0) continue;
    const prepay = rule.prepay === undefined ? 0 : shareHalfUp(inScope, rule.prepay);
    const left = inScope - prepay;
    working.parts[PREPAY_SELF] = (working.parts[PREPAY_SELF] as number) + prepay;
    working.inScopeFen -= prepay;
    const isSingle = rule.singleLine !== undefined;
    const paid =
      rule.singleLine === undefined ? 0 : paySingleLine(working, name, left, rule.singleLine, input);
    if (isSingle) working.inScopeFen -= left;
    working.groups ??= [];
    working.groups.push({ group: name, inScopeFen: inScope, prepayFen: prepay, isSingle, paidFen: paid });
  }
}

/** 单行支付: a share of the cost by yearly bands, outside deductible and ceilings of the visit (A7). */
function paySingleLine(
  working: Working,
  name: string,
  cost: number,
  rule: NonNullable<ItemGroupPlan['singleLine']>,
  input: PolicyInput,
): number {
  const { accumulators, facts } = input;
  const used = accumulators[periodName('singleLineInScopeFen', facts.settlementDate, undefined, name)] ?? 0;
  const paidBefore =
    accumulators[periodName('singleLineFundFen', facts.settlementDate, undefined, name)] ?? 0;
  const allowed = Math.max(0, rule.ceiling - paidBefore);
  const paid = Math.min(paidBetween(rule.bands, used, used + cost, 1), allowed);
  if (paid === allowed) working.isAtLimit = true;
  working.sidePaidFen += paid;
  if (rule.entersYear) working.sideYearFen += paid;
  working.parts[SIDE_COPAY] = (working.parts[SIDE_COPAY] as number) + cost - paid;
  return paid;
}

/** The pool fund's share holds what it paid on single lines too. */
export function addSingleLines(working: Working): void {
  const carried = working.parts[SIDE_COPAY] as number;
  working.poolFen += working.sidePaidFen;
  working.noteLayer('single-line', working.sidePaidFen + carried, working.sidePaidFen, carried, undefined);
}
