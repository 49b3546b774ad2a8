import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { OutcomeState } from '@yijie/contracts/common';
import { waitFor } from '@yijie/testkit';
import { open, readBooks } from '../support/books.ts';
import { type ClusterForTest, clusterForTest } from '../support/cluster.ts';
import { BILL_TOTAL_FEN, Hospital } from '../support/hospital.ts';
import { inParallel } from '../support/in-parallel.ts';
import { type InventedMember, writeInventedMembers } from '../support/invented-members.ts';

let cluster: ClusterForTest;
let hospital: Hospital;
let members: InventedMember[];

beforeAll(async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'yijie-members-')), 'members.json');
  members = writeInventedMembers(file, 200);
  cluster = await clusterForTest('kafkajs', {
    replicas: { treatmentSite: 2, homeRegion: 2, clearing: 2 },
    overrides: { homeRegion: { YIJIE_DEMO_MEMBERS: file } },
  });
  hospital = await Hospital.at(
    cluster.keyFolder,
    cluster.treatmentSites.map((site) => site.grpc),
  );
}, 240_000);

afterAll(async () => {
  hospital?.close();
  await cluster?.remove();
});

describe('two replicas of each service', () => {
  test('killed without warning while settling: every call ends once, with the answer that both sides hold', async () => {
    const visits = await inParallel(members, 16, (member) => hospital.admit(member));
    const keys = visits.map(() => randomUUID());
    let settled = 0;
    const [homeRegion] = cluster.homeRegions;
    const [treatmentSite] = cluster.treatmentSites;
    const victims = [
      { after: 30, service: homeRegion },
      { after: 50, service: cluster.clearings[0] },
      { after: 80, service: treatmentSite },
      { after: 120, service: cluster.clearings[1] },
    ];
    const restarts: Promise<void>[] = [];
    const answers = await inParallel(visits, 24, async (visitId) => {
      const answer = await hospital.settle(visitId, keys[visits.indexOf(visitId)]);
      settled += 1;
      const victim = victims.find((one) => one.after === settled)?.service;
      if (victim) restarts.push(victim.kill().then(() => victim.restart()));
      return answer;
    });
    await Promise.all(restarts);
    expect(restarts).toHaveLength(victims.length);
    expect(answers.map((answer) => answer.outcome?.state)).toEqual(visits.map(() => OutcomeState.SETTLED));
    for (const { settlement } of answers) expect(settlement?.totalFen).toBe(BILL_TOTAL_FEN);

    // The same keys again, at the replica that was killed too: the same answers.
    const again = await inParallel(visits, 16, (visitId) =>
      hospital.settle(visitId, keys[visits.indexOf(visitId)]),
    );
    expect(again).toEqual(answers);

    const books = await readBooks(cluster);
    expect(books.flaws).toEqual([]);
    expect(books.home.size).toBe(members.length);

    // Refunds with the other home region gone for a while.
    const other = cluster.homeRegions[1];
    const gone = other?.kill().then(() => other.restart());
    const refunds = await inParallel(answers.slice(0, 40), 16, (answer) =>
      hospital.refund(answer.settlement?.settlementId ?? ''),
    );
    await gone;
    expect(refunds.map((refund) => refund.settlement?.totalFen)).toEqual(refunds.map(() => -BILL_TOTAL_FEN));
    const after = await readBooks(cluster);
    expect(after.flaws).toEqual([]);
    expect(after.home.size).toBe(members.length + 40);

    // Clearing, both replicas of which were killed while it read, has each of them once, matched.
    const expected = { facts: 2 * after.home.size, matched: after.home.size, dead: 0 };
    await waitFor(async () => isDeepStrictEqual(await clearingHolds(), expected), { withinMs: 60_000 });
  }, 300_000);

  test('a thousand callers with one key get one settlement and equal answers, also after a restart', async () => {
    const member = members[0] as InventedMember;
    const visitId = await hospital.admit(member);
    const key = randomUUID();
    const answers = await inParallel(Array.from({ length: 1_000 }), 200, () => hospital.settle(visitId, key));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const [site] = cluster.treatmentSites;
    await site?.stop();
    await site?.restart();
    expect(JSON.stringify(await hospital.settle(visitId, key))).toBe(JSON.stringify(answers[0]));
    const books = await readBooks(cluster);
    expect(books.flaws).toEqual([]);
    expect([...books.home].filter((id) => id === answers[0]?.settlement?.settlementId)).toHaveLength(1);
  }, 240_000);
});

async function clearingHolds(): Promise<object> {
  const database = open(cluster.clearingDatabaseUrl);
  try {
    const { rows } = await database.query<object>(
      `SELECT (SELECT count(*)::int FROM fact) AS facts,
              (SELECT count(*)::int FROM open_row WHERE match_state = 'MATCHED') AS matched,
              (SELECT count(*)::int FROM exchange_dead_letter) AS dead`,
    );
    return rows[0] ?? {};
  } finally {
    await database.close();
  }
}
