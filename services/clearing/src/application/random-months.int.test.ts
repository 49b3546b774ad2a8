import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { period } from '@yijie/clearing';
import { MONTH_OWNERS, MONTH_PARTIES, playMonth, withoutZeros } from '../../test/random-month.ts';
import { type RunFixture, startRunFixture } from '../../test/run-fixture.ts';

/** The long suite plays fifty, each with kills. */
describe.each([
  [1, false],
  [2, true],
])('random month %i, kills: %s', (seed, kills) => {
  let fixture: RunFixture;
  beforeAll(async () => {
    fixture = await startRunFixture(MONTH_OWNERS, MONTH_PARTIES);
  }, 60_000);
  afterAll(() => fixture?.close());

  test('every pair of every run is what its rows add up to, and all of it gets paid', async () => {
    const { found, expected, owed } = await playMonth(fixture, period(202603), seed, kills);
    for (const owner of MONTH_OWNERS)
      expect([owner, withoutZeros(found[owner] ?? {})]).toEqual([owner, withoutZeros(expected[owner] ?? {})]);
    expect(owed).toEqual([]);
  });
});
