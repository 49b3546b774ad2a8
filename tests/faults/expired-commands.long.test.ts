import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { OutcomeState } from '@yijie/contracts/common';
import { waitFor } from '@yijie/testkit';
import { open, readBooks } from '../support/books.ts';
import { type ClusterWithMembers, clusterWithMembers } from '../support/cluster-with-members.ts';
import { inParallel } from '../support/in-parallel.ts';

/** The shortest life that a command may be given, and the tolerance between two regions' clocks. */
const LIFE_MS = 10_000;
const TOLERANCE_MS = 60_000;
const MEMBERS = 12;

let parts: ClusterWithMembers;

beforeAll(async () => {
  parts = await clusterWithMembers(MEMBERS, {
    overrides: { treatmentSite: { YIJIE_COMMAND_LIFE_MS: String(LIFE_MS) } },
  });
}, 240_000);

afterAll(() => parts?.remove());

test('commands that the home region reads too late have no effect, for ever; their stays are free again', async () => {
  const { hospital, members, cluster } = parts;
  const visits = await inParallel(members, 8, (member) => hospital.admit(member));
  const [early, late] = [visits.slice(0, 4), visits.slice(4)];
  const settled = await inParallel(early, 4, (visitId) => hospital.settle(visitId));
  const [home] = cluster.homeRegions;
  await home?.stop();

  const keys = late.map(() => randomUUID());
  const pending = await inParallel(late, 8, (visitId, index) =>
    hospital.settleOnce(visitId, keys[index] ?? '', 1_500),
  );
  expect(pending.map((answer) => answer.outcome?.state)).toEqual(late.map(() => OutcomeState.PENDING));
  const lastSentAt = Date.now();
  await waitFor(() => Date.now() - lastSentAt > LIFE_MS + TOLERANCE_MS + 2_000, {
    withinMs: LIFE_MS + TOLERANCE_MS + 10_000,
    what: 'the commands to expire',
  });
  await home?.restart();

  const expired = await inParallel(late, 8, (visitId, index) => hospital.settle(visitId, keys[index]));
  for (const answer of expired)
    expect(answer.outcome).toMatchObject({ state: OutcomeState.REFUSED, failure: { code: 'STL-EXPIRED' } });
  expect(await outcomes()).toEqual({ treatment: late.length, home: late.length });
  // Under the same keys the same answer; under others the stays are settled.
  expect(await inParallel(late, 8, (visitId, index) => hospital.settle(visitId, keys[index]))).toEqual(
    expired,
  );
  const again = await inParallel(late, 8, (visitId) => hospital.settle(visitId));
  expect(again.map((answer) => answer.outcome?.state)).toEqual(late.map(() => OutcomeState.SETTLED));
  const refunds = await inParallel([...settled, ...again], 8, (answer) =>
    hospital.refund(answer.settlement?.settlementId ?? ''),
  );
  expect(refunds.map((answer) => answer.outcome?.state)).toEqual(visits.map(() => OutcomeState.SETTLED));
  const books = await readBooks(cluster);
  expect(books.flaws).toEqual([]);
  expect(books.home.size).toBe(2 * visits.length);
}, 300_000);

/** How many commands each side holds as expired. */
async function outcomes(): Promise<{ treatment: number; home: number }> {
  const [treatment, home] = [open(parts.cluster.treatmentDatabaseUrl), open(parts.cluster.homeDatabaseUrl)];
  try {
    const [there, here] = await Promise.all([
      treatment.query<{ count: number }>('SELECT count(*) AS count FROM command_result WHERE outcome = 4'),
      home.query<{ count: number }>(`SELECT count(*) AS count FROM inbox WHERE outcome = 'EXPIRED'`),
    ]);
    return { treatment: there.rows[0]?.count ?? 0, home: here.rows[0]?.count ?? 0 };
  } finally {
    await Promise.all([treatment.close(), home.close()]);
  }
}
