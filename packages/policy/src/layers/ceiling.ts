import { type Period, periodName } from '../accumulators.ts';
import type { PolicyInput } from '../contract.ts';
import type { BasicPlan, CeilingPlan, DiseaseLimitPlan } from '../plan/plan.ts';
import type { Working } from '../working.ts';

/** 最高支付限额 on cost: how much of the covered cost the fund shares in (E2, E3). */
export function costShared(working: Working, basic: BasicPlan, input: PolicyInput): number {
  const covered = working.coveredFen;
  let until = covered;
  for (let index = 0; index < basic.ceilings.length; index++) {
    const ceiling = basic.ceilings[index] as CeilingPlan;
    if (ceiling.on === 'payment') continue;
    const deducted = ceiling.on === 'cost' ? 0 : working.deductibleFen;
    const end = ceiling.limit - costUsed(ceiling, input) + deducted;
    if (end < until) until = end;
  }
  return Math.max(until, working.deductibleFen);
}

/** On the fund's payment: what the year still allows (E1); Infinity without such a ceiling. */
export function paymentLeft(working: Working, basic: BasicPlan, input: PolicyInput): number {
  let left = Number.POSITIVE_INFINITY;
  for (let index = 0; index < basic.ceilings.length; index++) {
    const ceiling = basic.ceilings[index] as CeilingPlan;
    if (ceiling.on !== 'payment') continue;
    let allowed = ceiling.limit - working.sideYearFen;
    if (ceiling.raisedByAllowance) allowed += input.facts.carriedAllowanceFen ?? 0;
    if (ceiling.per === 'year')
      for (const counters of ceiling.counts) allowed -= counters.fund(input.accumulators);
    else if (ceiling.per !== 'visit') allowed -= paidInPeriod(basic, ceiling.per, undefined, input);
    if (allowed < left) left = allowed;
  }
  if (basic.diseaseLimit !== undefined) left = Math.min(left, diseaseLeft(basic, basic.diseaseLimit, input));
  return Math.max(left, 0);
}

/** What a disease's limit still allows; several approved diseases raise the highest of their limits (H7). */
function diseaseLeft(basic: BasicPlan, rule: DiseaseLimitPlan, input: PolicyInput): number {
  let limit = rule.limit;
  const approved = input.facts.chronicDiseases ?? [];
  if (rule.several !== undefined && approved.length > 1) {
    const highest = Math.max(...approved.map((code) => rule.several?.limits.get(code) ?? 0), limit);
    limit = Math.min(highest + rule.several.each * (approved.length - 1), rule.several.atMost);
  }
  return limit - paidInPeriod(basic, rule.per === 'year' ? undefined : rule.per, rule.counts, input);
}

function paidInPeriod(
  basic: BasicPlan,
  period: Period | undefined,
  disease: string | undefined,
  input: PolicyInput,
): number {
  const name = periodName(`${basic.countsAs}FundFen`, input.facts.settlementDate, period, disease);
  return input.accumulators[name] ?? 0;
}

function costUsed(ceiling: CeilingPlan, input: PolicyInput): number {
  if (ceiling.per !== 'year') return 0;
  let used = 0;
  for (const counters of ceiling.counts) {
    used += counters.inScope(input.accumulators);
    if (ceiling.on === 'cost-after-deductible') used -= counters.deductible(input.accumulators);
  }
  return used;
}
