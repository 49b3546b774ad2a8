import { naiveMonths, nameOfFigure } from './naive-months.ts';
import { productMonths } from './product-months.ts';
import { randomWorld } from './random-world.ts';
import { PAIR_COLUMNS, type RunFigures } from './world.ts';

/** Months that were compared, and what happened in them, so that a test can tell that nothing was idle. */
export interface Compared {
  readonly months: number;
  readonly pairs: number;
  readonly refunds: number;
  readonly carriedIn: number;
  readonly deducted: number;
  readonly returned: number;
}

/** The first difference of the world of a seed between the core and the naive recomputation; undefined when they agree. */
export function compareWorld(seed: number, withChecks: boolean): string | Compared {
  const world = randomWorld(seed);
  const expected = naiveMonths(world);
  const found = productMonths(world, withChecks);
  for (const [at, run] of expected.entries()) {
    const difference = differenceOf(run, found[at]);
    if (difference !== undefined) return `world ${seed}, run ${run.owner} ${run.period}: ${difference}`;
  }
  const national = expected.filter(({ owner }) => owner === 'CN').flatMap(({ pairs }) => [...pairs.values()]);
  const count = (test: (figures: readonly number[]) => boolean) => national.filter(test).length;
  return {
    months: world.months.length,
    pairs: national.length,
    refunds: count((figures) => (figures[4] ?? 0) < 0),
    carriedIn: count((figures) => figures[19] !== 0),
    deducted: count((figures) => figures[17] !== 0),
    returned: count((figures) => (figures[18] ?? 0) < 0),
  };
}

function differenceOf(expected: RunFigures, found: RunFigures | undefined): string | undefined {
  if (found === undefined) return 'no run';
  if (expected.period !== found.period) return `period ${expected.period} against ${found.period}`;
  for (const pair of new Set([...expected.pairs.keys(), ...found.pairs.keys()])) {
    const [theirs, ours] = [expected.pairs.get(pair), found.pairs.get(pair)];
    if (theirs === undefined || ours === undefined) return `${pair} is only on one side`;
    const at = theirs.findIndex((figure, index) => figure !== ours[index]);
    if (at >= 0) return `${pair} ${nameOfFigure(at, PAIR_COLUMNS)}: ${theirs[at]} against ${ours[at]}`;
  }
  const [due, moved] = [expected.transfers.join('; '), found.transfers.join('; ')];
  if (due !== moved) return `transfers ${due} against ${moved}`;
  for (const party of new Set([...expected.cash.keys(), ...found.cash.keys()])) {
    const [theirs, ours] = [expected.cash.get(party) ?? 0, found.cash.get(party) ?? 0];
    if (theirs !== ours) return `cash of ${party}: ${theirs} against ${ours}`;
  }
  return undefined;
}
