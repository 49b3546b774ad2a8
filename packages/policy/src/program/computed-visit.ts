import type { BasisPoints, Fen, Shares } from '@yijie/money';
import type { Accumulators, PolicyInput, PolicyLayer, PolicyResult } from '../contract.ts';
import type { Counters } from '../counters.ts';
import type { LayerPlan, Plan } from '../plan/plan.ts';

/**
 * What a program gives. The layers and the year afterwards are put together when somebody reads them: whoever wants
 * the shares alone (a quote, a comparison of packs) doesn't pay for them, and they cost more than the arithmetic.
 */
export class ComputedVisit implements PolicyResult {
  readonly policyVersion: string;
  readonly totalFen: Fen;
  readonly deductiblePaidFen: Fen;
  readonly shares: Shares;
  readonly notes: readonly string[];
  readonly #plan: Plan;
  readonly #input: PolicyInput;
  /** In-scope and covered cost, what the account might and did pay, then base and payment of every further layer. */
  readonly #amounts: readonly number[];
  #after: Accumulators | undefined = undefined;

  constructor(
    plan: Plan,
    version: string,
    input: PolicyInput,
    totalFen: Fen,
    deductiblePaidFen: Fen,
    shares: Shares,
    notes: readonly string[],
    amounts: readonly number[],
  ) {
    this.policyVersion = version;
    this.totalFen = totalFen;
    this.deductiblePaidFen = deductiblePaidFen;
    this.shares = shares;
    this.notes = notes;
    this.#plan = plan;
    this.#input = input;
    this.#amounts = amounts;
  }

  get layers(): readonly PolicyLayer[] {
    const plan = this.#plan;
    const [inScope, covered, eligible, fromAccount] = this.#amounts as readonly [
      number,
      number,
      number,
      number,
    ];
    const pool = this.shares.poolFundFen;
    const layers: PolicyLayer[] = [];
    if (plan.awayPrepay !== undefined) layers.push(layerOf('away-prepay', inScope, 0, covered, undefined));
    layers.push(layerOf('deductible', covered, 0, covered - this.deductiblePaidFen, undefined));
    layers.push(layerOf('basic', covered, pool, covered - pool, plan.basic.bands.singleRatio));
    this.#addFurtherLayers(layers, plan.layers, 0);
    if (eligible > 0)
      layers.push(layerOf('account', eligible, fromAccount, eligible - fromAccount, undefined));
    this.#addFurtherLayers(layers, plan.layersAfterAccount, plan.layers.length);
    return layers;
  }

  get accumulatorsAfter(): Accumulators {
    this.#after ??= this.#yearAfter();
    return this.#after;
  }

  #yearAfter(): Accumulators {
    const plan = this.#plan;
    const after: Counters = { ...this.#input.accumulators };
    const [, covered] = this.#amounts as readonly [number, number];
    plan.basic.counters.add(after, this.deductiblePaidFen, covered, this.shares.poolFundFen);
    plan.basic.addStay?.(after);
    this.#countFurtherLayers(after, plan.layers, 0);
    this.#countFurtherLayers(after, plan.layersAfterAccount, plan.layers.length);
    return after;
  }

  /** With what is made on reading. */
  toJSON(): PolicyResult {
    const { totalFen, layers, shares, deductiblePaidFen, accumulatorsAfter, notes, policyVersion } = this;
    return { totalFen, layers, shares, deductiblePaidFen, accumulatorsAfter, notes, policyVersion };
  }

  #addFurtherLayers(to: PolicyLayer[], plans: readonly LayerPlan[], first: number): void {
    for (let index = 0; index < plans.length; index++) {
      const { name, bands } = plans[index] as LayerPlan;
      const at = FIRST_LAYER_AT + 2 * (first + index);
      const base = this.#amounts[at] as number;
      const paid = this.#amounts[at + 1] as number;
      if (base !== 0) to.push(layerOf(name, base, paid, base - paid, bands.singleRatio));
    }
  }

  #countFurtherLayers(after: Counters, plans: readonly LayerPlan[], first: number): void {
    for (let index = 0; index < plans.length; index++) {
      const at = FIRST_LAYER_AT + 2 * (first + index);
      const base = this.#amounts[at] as number;
      if (base !== 0) (plans[index] as LayerPlan).counters.add(after, base, this.#amounts[at + 1] as number);
    }
  }
}

/** Where base and payment of the first further layer stand among the amounts. */
const FIRST_LAYER_AT = 4;

function layerOf(
  layer: string,
  base: number,
  paid: number,
  carried: number,
  ratioBp: BasisPoints | undefined,
): PolicyLayer {
  return { layer, baseFen: base as Fen, paidFen: paid as Fen, carriedFen: carried as Fen, ratioBp };
}
