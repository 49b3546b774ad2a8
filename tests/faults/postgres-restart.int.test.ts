import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { OutcomeState } from '@yijie/contracts/common';
import type { RefundResponse, SettleResponse } from '@yijie/contracts/treatment';
import { ownPart, type Part, SeededRandom } from '@yijie/testkit';
import pg from 'pg';
import { readBooks } from '../support/books.ts';
import { type ClusterWithMembers, clusterWithMembers } from '../support/cluster-with-members.ts';
import { inParallel } from '../support/in-parallel.ts';
import { type Cut, type PostgresProxy, startPostgresProxy } from '../support/postgres-proxy.ts';

/** Statements that a call's outcome hangs on, on both sides. */
const STORING = new Set([
  'treatment_save_commands',
  'treatment_save_results',
  'home_store_effects',
  'COMMIT',
]);
const random = new SeededRandom(20_250_205);

let postgres: Part;
let proxy: PostgresProxy;
let parts: ClusterWithMembers;
let calls: { settled: SettleResponse; refunded: RefundResponse }[] = [];

beforeAll(async () => {
  postgres = await ownPart('postgres');
  proxy = await startPostgresProxy(postgres.url);
  parts = await clusterWithMembers(60, { postgresUrl: proxy.url });
}, 240_000);

beforeEach(() => {
  proxy.cutWhen(undefined);
});

afterAll(async () => {
  proxy?.cutWhen(undefined);
  await parts?.remove();
  await proxy?.close();
  await postgres?.stop();
});

/** Settles and refunds one stay of each of some members; `during` runs beside it once a third is settled. */
async function settleAndRefund(from: number, until: number, during: () => Promise<void>): Promise<void> {
  const { hospital, members } = parts;
  const visits = await inParallel(members.slice(from, until), 8, (member) => hospital.admit(member));
  let settled = 0;
  let fault: Promise<void> | undefined;
  const made = await inParallel(visits, 12, async (visitId) => {
    const answer = await hospital.settle(visitId);
    settled += 1;
    if (settled === Math.ceil(visits.length / 3)) fault = during();
    return { settled: answer, refunded: await hospital.refund(answer.settlement?.settlementId ?? '') };
  });
  await fault;
  proxy.cutWhen(undefined);
  for (const call of made) {
    expect(call.settled.outcome?.state).toBe(OutcomeState.SETTLED);
    expect(call.refunded.outcome?.state).toBe(OutcomeState.SETTLED);
  }
  calls = [...calls, ...made];
  expect(parts.fallen()).toEqual([]);
  const books = await readBooks(parts.cluster);
  expect(books.flaws).toEqual([]);
  expect(books.home.size).toBe(2 * calls.length);
}

test('an immediate shutdown of PostgreSQL under both services, and its recovery', async () => {
  await settleAndRefund(0, 30, async () => {
    await postgres.kill?.();
    await postgres.restart?.();
  });
}, 150_000);

test('single backends terminated at random', async () => {
  const killer = new pg.Client({ connectionString: postgres.url });
  await killer.connect();
  try {
    let terminated = 0;
    await settleAndRefund(0, 60, async () => {
      for (let round = 0; round < 12; round += 1) {
        const { rowCount } = await killer.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE pid <> pg_backend_pid() AND datname LIKE $1 AND hashtext(pid::text || $2) % 3 = 0`,
          [`${parts.cluster.prefix}%`, String(round)],
        );
        terminated += rowCount ?? 0;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    });
    expect(terminated).toBeGreaterThan(0);
  } finally {
    await killer.end();
  }
}, 150_000);

test('connections broken before a statement arrives, and after it was carried out: never REFUSED for unknown', async () => {
  await settleAndRefund(0, 60, async () => {
    const next: Cut[] = ['before', 'after'];
    proxy.cutWhen((statement) => {
      if (!STORING.has(statement) || random.next() > 0.4) return undefined;
      return next[Math.floor(random.next() * next.length)];
    });
  });
  expect(proxy.cuts.before).toBeGreaterThan(3);
  expect(proxy.cuts.after).toBeGreaterThan(3);
  expect([...parts.hospital.setbacks.keys()].filter((what) => what.startsWith('STL-'))).toEqual([]);
}, 150_000);
