import { daysBetween } from '@yijie/calendar';
import { HOSPITAL_LEVELS } from '@yijie/codes';
import { periodName } from '../accumulators.ts';
import type { PolicyFacts, PolicyInput } from '../contract.ts';
import { staysAtLevel } from '../counters.ts';
import type { DeductiblePlan, Plan, SharePlan } from '../plan/plan.ts';
import { shareHalfUp } from '../plan/share.ts';
import { DEDUCTIBLE, type Working } from '../working.ts';

/** 起付标准: what the person pays of the covered cost before the fund shares in it. */
export function takeDeductible(working: Working, plan: Plan, input: PolicyInput): void {
  const rule = plan.deductible;
  const covered = working.coveredFen;
  if (rule.per !== 'none' && !rule.afterRatio) {
    const due = deductibleDue(working, rule, plan, input);
    working.deductibleFen = Math.min(due, covered);
    working.parts[DEDUCTIBLE] = working.deductibleFen;
  }
  working.noteLayer('deductible', covered, 0, covered - working.deductibleFen, undefined);
}

/** What is due in this settlement, whether or not the bill reaches it. */
export function deductibleDue(
  working: Working,
  rule: DeductiblePlan,
  plan: Plan,
  input: PolicyInput,
): number {
  const { facts, accumulators } = input;
  const counters = plan.basic.counters;
  const ordinal = ordinalOf(rule, plan, input);
  working.ordinal = ordinal;
  const last = rule.byOrdinal.length - 1;
  let due = rule.byOrdinal[Math.min(ordinal, last)] as number;
  if (rule.share !== undefined) due = shareDue(rule.share, working, facts);
  if (rule.transfer !== undefined) due = afterTransfer(due, rule.transfer, facts);
  if (rule.longStayDays > 0) due *= 1 + longStayTimes(rule.longStayDays, facts);
  if (rule.per !== 'stay') {
    const filled =
      rule.per !== 'year'
        ? paidInPeriod(rule.per, plan, input)
        : rule.filledBy === 'paid'
          ? counters.deductible(accumulators)
          : counters.inScope(accumulators);
    due = due > filled ? due - filled : 0;
  }
  if (rule.yearCap !== Number.POSITIVE_INFINITY) {
    const left = rule.yearCap - counters.deductible(accumulators);
    if (due > left) due = Math.max(left, 0);
  }
  working.deductibleDueFen = due;
  return due;
}

/** Deductibles of this month or quarter (B20). */
function paidInPeriod(per: DeductiblePlan['per'], plan: Plan, input: PolicyInput): number {
  const period = per === 'month' ? 'month' : 'quarter';
  const name = periodName(
    `${plan.basic.countsAs}DeductibleFen`,
    input.facts.settlementDate,
    period,
    undefined,
  );
  return input.accumulators[name] ?? 0;
}

/** How many stays that count came before this one. */
export function ordinalOf(rule: DeductiblePlan, plan: Plan, input: PolicyInput): number {
  if (rule.byOrdinal.length === 1) return 0;
  switch (rule.ordinalOf) {
    case 'all':
      return plan.basic.counters.visits(input.accumulators);
    case 'same-level':
      return staysAtLevel(input.accumulators, input.facts.hospitalLevel);
    case 'same-institution':
      return input.facts.staysInInstitution ?? 0;
  }
}

/** A deductible or threshold that is a share of the bill or of the salary, within its bounds (B17, G5, G9). */
export function shareDue(share: SharePlan, working: Working, facts: PolicyFacts): number {
  const of =
    share.of === 'total'
      ? working.totalFen
      : share.of === 'in-scope'
        ? working.inScopeFen
        : (facts.yearlySalaryFen ?? 0);
  return Math.min(share.atMost, Math.max(share.atLeast, shareHalfUp(of, share.ratio)));
}

/** One deductible more for every full period of a long stay (B14). */
function longStayTimes(days: number, facts: PolicyFacts): number {
  const until = facts.dischargeDate ?? facts.settlementDate;
  const stayed = daysBetween(facts.admissionDate, until);
  return stayed <= 0 ? 0 : Math.ceil(stayed / days) - 1;
}

/** Transferred to a higher level: the difference; to a lower one: none (B13). */
function afterTransfer(
  due: number,
  rule: NonNullable<DeductiblePlan['transfer']>,
  facts: PolicyFacts,
): number {
  const from = facts.transferredFrom;
  if (from === undefined) return due;
  const days = daysBetween(from.dischargeDate, facts.admissionDate);
  if (days < 0 || days > rule.withinDays) return due;
  const isUpward = HOSPITAL_LEVELS.indexOf(facts.hospitalLevel) > HOSPITAL_LEVELS.indexOf(from.level);
  if (isUpward) return rule.upward === 'difference' ? Math.max(0, due - from.deductibleFen) : due;
  return rule.downward === 'none' ? 0 : due;
}
