/** For suites of other packages: random months, and what they must come to. */
export { naiveMonths } from './naive-months.ts';
export { randomWorld } from './random-world.ts';
export type { RunFigures, World, WorldMonth, WorldRow } from './world.ts';
