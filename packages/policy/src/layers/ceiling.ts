import type { PolicyInput } from '../contract.ts';
import type { BasicPlan, CeilingPlan } from '../plan/plan.ts';
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
export function paymentLeft(basic: BasicPlan, input: PolicyInput): number {
  let left = Number.POSITIVE_INFINITY;
  for (let index = 0; index < basic.ceilings.length; index++) {
    const ceiling = basic.ceilings[index] as CeilingPlan;
    if (ceiling.on !== 'payment') continue;
    let allowed = ceiling.limit;
    if (ceiling.per === 'year')
      for (const counters of ceiling.counts) allowed -= counters.fund(input.accumulators);
    if (allowed < left) left = allowed;
  }
  return Math.max(left, 0);
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
