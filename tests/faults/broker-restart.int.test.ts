import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { OutcomeState } from '@yijie/contracts/common';
import type { RefundResponse, SettleResponse } from '@yijie/contracts/treatment';
import { ownPart, type Part, waitFor } from '@yijie/testkit';
import { open, orderFlaws, readBooks } from '../support/books.ts';
import { type ClusterWithMembers, clusterWithMembers } from '../support/cluster-with-members.ts';
import { BILL_TOTAL_FEN } from '../support/hospital.ts';
import { inParallel } from '../support/in-parallel.ts';

const MEMBERS = 40;
const STAYS_EACH = 3;
/** Stays whose settlement is asked for while the broker is away. */
const RESERVE = 12;

interface Call {
  readonly answer: SettleResponse;
  readonly refund: RefundResponse | undefined;
}

let broker: Part;
let parts: ClusterWithMembers;

beforeAll(async () => {
  broker = await ownPart('kafka');
  parts = await clusterWithMembers(MEMBERS, { kafkaBrokers: [broker.url] });
}, 240_000);

afterAll(async () => {
  await parts?.remove();
  await broker?.stop();
});

test('the broker is killed under load: commands are accepted meanwhile, none is lost, doubled or overtaken', async () => {
  const { hospital, members, cluster } = parts;
  const stays = await inParallel(members, 8, async (member) => {
    const visits: string[] = [];
    for (let stay = 0; stay < STAYS_EACH; stay += 1) visits.push(await hospital.admitAndDischarge(member));
    return visits;
  });
  // The stays of a person beside each other, so that several of its commands are under way at once.
  const all = stays.flat();
  const [visits, reserve] = [all.slice(0, -RESERVE), all.slice(-RESERVE)];
  let settled = 0;
  let outage: Promise<Call[]> | undefined;
  const before = await inParallel(visits, 24, async (visitId) => {
    const answer = await hospital.settle(visitId);
    settled += 1;
    if (settled === 30) outage = killAndRestart(reserve);
    // Refunds of some, so that both kinds are in flight when the broker goes.
    const refund =
      settled % 4 === 0 ? await hospital.refund(answer.settlement?.settlementId ?? '') : undefined;
    return { answer, refund };
  });
  const calls: Call[] = [...before, ...((await outage) ?? [])];
  expect(calls).toHaveLength(all.length);

  expect(calls.map(({ answer }) => answer.outcome?.state)).toEqual(calls.map(() => OutcomeState.SETTLED));
  for (const { answer, refund } of calls) {
    expect(answer.settlement?.totalFen).toBe(BILL_TOTAL_FEN);
    if (refund) expect(refund.settlement?.totalFen).toBe(-BILL_TOTAL_FEN);
  }
  expect(parts.fallen()).toEqual([]);

  const books = await readBooks(cluster);
  expect(books.flaws).toEqual([]);
  expect(books.home.size).toBe(calls.length + calls.filter(({ refund }) => refund).length);
  expect(await orderFlaws(cluster)).toEqual([]);
}, 240_000);

/** The broker stays away until commands of new callers have been accepted without it; resolves when they are settled. */
async function killAndRestart(visits: readonly string[]): Promise<Call[]> {
  const { hospital, cluster } = parts;
  await broker.kill?.();
  const database = open(cluster.treatmentDatabaseUrl);
  try {
    const from = Date.now();
    const answers = inParallel(visits, visits.length, (visitId) => hospital.settle(visitId));
    await waitFor(
      async () => {
        const { rows } = await database.query<{ count: number }>(
          'SELECT count(*) AS count FROM command WHERE accepted_at_ms >= $1',
          [from],
        );
        return (rows[0]?.count ?? 0) >= visits.length;
      },
      { withinMs: 20_000, what: 'commands accepted without a broker' },
    );
    await broker.restart?.();
    return (await answers).map((answer) => ({ answer, refund: undefined }));
  } finally {
    await database.close();
  }
}
