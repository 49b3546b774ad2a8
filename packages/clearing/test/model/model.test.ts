import { expect, test } from '@jest/globals';
import { type Compared, compareWorld } from './compare-world.ts';

/** Four months a world. A failure names the world: `compareWorld(<number>, true)` plays it again. */
const WORLDS = 2_500;
/** Every so many worlds also run all checks, notices and the ledger's balance. */
const CHECKED_EVERY = 25;

test('10,000 random months agree with a recomputation written apart', () => {
  const seen: Compared = { months: 0, pairs: 0, refunds: 0, carriedIn: 0, deducted: 0, returned: 0 };
  const totals: Record<string, number> = { ...seen };
  for (let seed = 1; seed <= WORLDS; seed++) {
    const compared = compareWorld(seed, seed % CHECKED_EVERY === 0);
    if (typeof compared === 'string') throw new Error(compared);
    for (const [name, count] of Object.entries(compared)) totals[name] = (totals[name] ?? 0) + count;
  }
  expect(totals.months).toBe(10_000);
  // None of what the model is about may be missing from the months.
  for (const [name, count] of Object.entries(totals)) expect([name, count > 500]).toEqual([name, true]);
});
