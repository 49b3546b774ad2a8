import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { OutcomeState } from '@yijie/contracts/common';
import { waitFor } from '@yijie/testkit';
import { open, readBooks } from '../support/books.ts';
import { type ClusterWithMembers, clusterWithMembers } from '../support/cluster-with-members.ts';
import { Hospital } from '../support/hospital.ts';
import { inParallel } from '../support/in-parallel.ts';

/** Three times the 6 s after which a group gives a silent member's partitions to another. */
const PAUSE_MS = 20_000;
const MEMBERS = 80;

let parts: ClusterWithMembers;

beforeAll(async () => {
  parts = await clusterWithMembers(MEMBERS, { replicas: { treatmentSite: 2, homeRegion: 2 } });
}, 240_000);

afterAll(() => parts?.remove());

test('replicas paused past their sessions and woken: the others went on, and what they woke with changes nothing', async () => {
  const { cluster, hospital, members } = parts;
  const zombies = [cluster.homeRegions[0], cluster.treatmentSites[0]];
  const visits = await inParallel(members, 12, (member) => hospital.admit(member));
  const keys = visits.map(() => randomUUID());
  let settled = 0;
  let pausedAt = 0;
  const answers = await inParallel(visits, 20, async (visitId, index) => {
    const answer = await hospital.settle(visitId, keys[index]);
    settled += 1;
    if (settled === 25) {
      pausedAt = Date.now();
      for (const zombie of zombies) zombie?.signal('SIGSTOP');
    }
    return answer;
  });
  expect(answers.map((answer) => answer.outcome?.state)).toEqual(visits.map(() => OutcomeState.SETTLED));
  // Half of the refunds while they sleep, from the other replicas alone.
  const refunds = await inParallel(answers.slice(0, 30), 12, (answer) =>
    hospital.refund(answer.settlement?.settlementId ?? ''),
  );
  await waitFor(() => Date.now() - pausedAt >= PAUSE_MS, {
    withinMs: PAUSE_MS,
    what: 'the end of the pause',
  });
  const before = await decisions();
  expect(before.size).toBe(2 * (visits.length + refunds.length));

  for (const zombie of zombies) zombie?.signal('SIGCONT');
  // Through the treatment site that slept; half of the persons fall to the home region that slept.
  const woken = await Hospital.at(cluster.keyFolder, [cluster.treatmentSites[0]?.grpc ?? '']);
  const later = await inParallel(answers.slice(30), 8, (answer) =>
    woken.refund(answer.settlement?.settlementId ?? ''),
  );
  const again = await inParallel(visits, 8, (visitId, index) => woken.settle(visitId, keys[index]));
  woken.close();
  expect(again).toEqual(answers);

  const after = await decisions();
  expect(after.size).toBe(before.size + 2 * later.length);
  for (const [id, stored] of before) expect([id, after.get(id)]).toEqual([id, stored]);
  expect(parts.fallen()).toEqual([]);
  const books = await readBooks(cluster);
  expect(books.flaws).toEqual([]);
  expect(books.home.size).toBe(visits.length + refunds.length + later.length);
}, 240_000);

/** What both sides hold as the answer to each command. */
async function decisions(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const sides = [
    { url: parts.cluster.treatmentDatabaseUrl, side: 'treatment', table: 'command_result' },
    { url: parts.cluster.homeDatabaseUrl, side: 'home', table: 'inbox' },
  ];
  for (const { url, side, table } of sides) {
    const database = open(url);
    try {
      const { rows } = await database.query<{ id: string; row: string }>(
        `SELECT encode(command_id, 'hex') AS id, md5(t::text) AS row FROM ${table} t`,
      );
      for (const { id, row } of rows) found.set(`${side} ${id}`, row);
    } finally {
      await database.close();
    }
  }
  return found;
}
