import { expect, test } from '@jest/globals';
import { period } from '@yijie/clearing';
import { MONTH_OWNERS, MONTH_PARTIES, playMonth, withoutZeros } from '../../test/random-month.ts';
import { startRunFixture } from '../../test/run-fixture.ts';

const FIRST = 100;

/** A failing one prints its number: put it into the ordinary suite to play it alone. */
test.each(Array.from({ length: 50 }, (_, at) => FIRST + at))(
  'random month %i on PostgreSQL, connections killed meanwhile',
  async (seed) => {
    const fixture = await startRunFixture(MONTH_OWNERS, MONTH_PARTIES);
    try {
      const { found, expected, owed } = await playMonth(fixture, period(202603), seed, true);
      for (const owner of MONTH_OWNERS) {
        const [made, naive] = [withoutZeros(found[owner] ?? {}), withoutZeros(expected[owner] ?? {})];
        expect([seed, owner, made]).toEqual([seed, owner, naive]);
      }
      expect([seed, owed]).toEqual([seed, []]);
    } finally {
      await fixture.close();
    }
  },
  120_000,
);
