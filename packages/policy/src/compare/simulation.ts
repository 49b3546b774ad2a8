import { SHARE_NAMES, type Shares } from '@yijie/money';
import { emptyAccumulatorsOf } from '../accumulators.ts';
import { benefitYear } from '../benefit-year.ts';
import { type CompiledPack, compilePack } from '../compile-pack.ts';
import { compute } from '../compute.ts';
import type { PolicyInput } from '../contract.ts';
import type { Pack } from '../pack/pack.ts';

/** A settlement of the past: what was billed, and what each share was then. */
export interface PastSettlement {
  /** Opaque; settlements of one person follow each other. */
  readonly person: string;
  readonly facts: PolicyInput['facts'];
  readonly groups: PolicyInput['groups'];
  readonly account: PolicyInput['account'];
  readonly shares: Shares;
}

/** Changes of what a person pays in one settlement, in fen: below −1,000 yuan, to −100, to −10, …, above 1,000. */
export const HISTOGRAM_EDGES = [-100_000, -10_000, -1_000, 0, 1, 1_000, 10_000, 100_000] as const;

export interface ClassImpact {
  readonly settlements: number;
  /** Settlements in which the person pays less, the same, more. */
  readonly better: number;
  readonly same: number;
  readonly worse: number;
  /** Sum of the changes of what the persons pay. */
  readonly personalChangeFen: number;
}

export interface SimulationReport {
  readonly settlements: number;
  readonly persons: number;
  /** Not computable under the draft: no policy for the visit kind or an unpublished value. */
  readonly refused: number;
  readonly before: Readonly<Record<keyof Shares, number>>;
  readonly after: Readonly<Record<keyof Shares, number>>;
  /** By person class and filing class, e.g. `retired REDUCED_A`. */
  readonly classes: Readonly<Record<string, ClassImpact>>;
  readonly histogram: readonly number[];
}

/**
 * A year of past settlements under a draft pack. Settlements come sorted by person and date; only the person at hand
 * is kept, so memory doesn't grow with the number of bills.
 */
export class Simulation {
  readonly #pack: CompiledPack;
  readonly #fresh: Readonly<Record<string, number>>;
  readonly #classes = new Map<string, Mutable<ClassImpact>>();
  readonly #before: number[] = SHARE_NAMES.map(() => 0);
  readonly #after: number[] = SHARE_NAMES.map(() => 0);
  readonly #histogram: number[] = [...HISTOGRAM_EDGES, 0].map(() => 0);
  #person = '';
  #yearUntil = '';
  #accumulators: PolicyInput['accumulators'];
  #settlements = 0;
  #persons = 0;
  #refused = 0;

  constructor(draft: Pack) {
    this.#pack = compilePack(draft);
    this.#fresh = emptyAccumulatorsOf(draft);
    this.#accumulators = this.#fresh;
  }

  add(past: PastSettlement): void {
    this.#settlements++;
    if (past.person !== this.#person || past.facts.settlementDate >= this.#yearUntil) this.#beginYear(past);
    if (this.#pack.planFor(past.facts).missing !== undefined) {
      this.#refused++;
      return;
    }
    const result = compute(this.#pack, {
      facts: past.facts,
      groups: past.groups,
      account: past.account,
      accumulators: this.#accumulators,
    });
    this.#accumulators = result.accumulatorsAfter;
    this.#count(past, result.shares);
  }

  report(): SimulationReport {
    return {
      settlements: this.#settlements,
      persons: this.#persons,
      refused: this.#refused,
      before: named(this.#before),
      after: named(this.#after),
      classes: Object.fromEntries([...this.#classes].sort(([a], [b]) => (a < b ? -1 : 1))),
      histogram: this.#histogram,
    };
  }

  #beginYear(past: PastSettlement): void {
    if (past.person !== this.#person) this.#persons++;
    this.#person = past.person;
    this.#yearUntil = benefitYear(this.#pack.pack, past.facts.settlementDate).until;
    this.#accumulators = this.#fresh;
  }

  #count(past: PastSettlement, shares: Shares): void {
    addShares(this.#before, past.shares);
    addShares(this.#after, shares);
    const change = personal(shares) - personal(past.shares);
    const name = `${past.facts.personClass} ${past.facts.ratioClass}`;
    let impact = this.#classes.get(name);
    if (impact === undefined) {
      impact = { settlements: 0, better: 0, same: 0, worse: 0, personalChangeFen: 0 };
      this.#classes.set(name, impact);
    }
    impact.settlements++;
    impact.personalChangeFen += change;
    if (change < 0) impact.better++;
    else if (change > 0) impact.worse++;
    else impact.same++;
    let bucket = 0;
    while (bucket < HISTOGRAM_EDGES.length && change >= (HISTOGRAM_EDGES[bucket] as number)) bucket++;
    this.#histogram[bucket] = (this.#histogram[bucket] as number) + 1;
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What the person bears, whichever purse it comes from. */
function personal(shares: Shares): number {
  return shares.ownAccountFen + shares.familyAccountFen + shares.personalCashFen;
}

/** Written out: names computed at run time would cost more than the computation. */
function addShares(sums: number[], shares: Shares): void {
  sums[0] = (sums[0] as number) + shares.poolFundFen;
  sums[1] = (sums[1] as number) + shares.largeAmountFen;
  sums[2] = (sums[2] as number) + shares.seriousIllnessFen;
  sums[3] = (sums[3] as number) + shares.civilServantFen;
  sums[4] = (sums[4] as number) + shares.enterpriseSupplementFen;
  sums[5] = (sums[5] as number) + shares.medicalAidFen;
  sums[6] = (sums[6] as number) + shares.otherFundFen;
  sums[7] = (sums[7] as number) + shares.ownAccountFen;
  sums[8] = (sums[8] as number) + shares.familyAccountFen;
  sums[9] = (sums[9] as number) + shares.personalCashFen;
  sums[10] = (sums[10] as number) + shares.hospitalPartFen;
}

function named(sums: readonly number[]): Record<keyof Shares, number> {
  return Object.fromEntries(SHARE_NAMES.map((name, index) => [name, sums[index]])) as Record<
    keyof Shares,
    number
  >;
}
