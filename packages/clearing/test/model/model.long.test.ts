import { expect, test } from '@jest/globals';
import { compareWorld } from './compare-world.ts';

/** Worlds the ordinary suite doesn't reach, each with every check. */
const [FIRST, WORLDS] = [1_000_001, 25_000];

test('100,000 random months more, with every check of every run', () => {
  let months = 0;
  for (let seed = FIRST; seed < FIRST + WORLDS; seed++) {
    const compared = compareWorld(seed, true);
    if (typeof compared === 'string') throw new Error(compared);
    months += compared.months;
  }
  expect(months).toBe(100_000);
});
