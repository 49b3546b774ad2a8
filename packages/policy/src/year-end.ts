import { assert, type Fen } from '@yijie/money';
import { type CompiledPack, compiled } from './compile-pack.ts';
import type { Accumulators, PolicyFacts } from './contract.ts';
import type { Counters } from './counters.ts';
import type { Pack } from './pack/pack.ts';
import type { Fund, LayerName } from './pack/pack-schema.ts';
import { paidBetween, paidBetweenByBand } from './plan/bands.ts';
import type { LayerPlan } from './plan/plan.ts';
import { shareHalfUp } from './plan/share.ts';

export interface YearEndPayment {
  readonly layer: LayerName;
  readonly fund: Fund;
  readonly baseFen: Fen;
  readonly paidFen: Fen;
}

export interface YearEnd {
  readonly payments: readonly YearEndPayment[];
  readonly accumulatorsAfter: Accumulators;
}

/**
 * What the layers pay that a region settles once the year is over (Beijing's second reimbursement, a burden limit
 * paid at the year's end): the whole year's base, less what was paid of it before.
 */
export function settleYearEnd(
  pack: Pack | CompiledPack,
  facts: PolicyFacts,
  accumulators: Accumulators,
): YearEnd {
  const plan = compiled(pack).planFor(facts);
  assert(plan.missing === undefined, `the pack has no value for ${plan.missing?.field}`);
  const after: Counters = { ...accumulators };
  const payments: YearEndPayment[] = [];
  for (const layer of [...plan.layers, ...plan.layersAfterAccount]) {
    if (!layer.atYearEnd) continue;
    const base = layer.counters.base(accumulators);
    const before = layer.counters.paid(accumulators);
    const paid = Math.max(0, Math.min(yearPayment(layer, base, accumulators, facts), layer.ceiling) - before);
    layer.counters.add(after, 0, paid);
    payments.push({ layer: layer.name, fund: layer.fund, baseFen: base as Fen, paidFen: paid as Fen });
  }
  return { payments, accumulatorsAfter: after };
}

function yearPayment(layer: LayerPlan, base: number, accumulators: Accumulators, facts: PolicyFacts): number {
  const share = layer.thresholdShare;
  const threshold =
    share === undefined
      ? layer.threshold
      : Math.min(
          share.atMost,
          Math.max(
            share.atLeast,
            shareHalfUp(
              share.of === 'salary' ? (facts.yearlySalaryFen ?? 0) : inScopeOf(accumulators),
              share.ratio,
            ),
          ),
        );
  if (base <= threshold) return 0;
  const shift = layer.fromThreshold ? threshold : 0;
  return layer.roundBands
    ? paidBetweenByBand(layer.bands, threshold - shift, base - shift, 1)
    : paidBetween(layer.bands, threshold - shift, base - shift, 1);
}

function inScopeOf(of: Accumulators): number {
  return (
    (of.inpatientInScopeFen ?? 0) +
    (of.outpatientInScopeFen ?? 0) +
    (of.chronicInScopeFen ?? 0) +
    (of.maternityInScopeFen ?? 0)
  );
}
