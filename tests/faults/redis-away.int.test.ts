import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { OutcomeState } from '@yijie/contracts/common';
import type { SettleResponse } from '@yijie/contracts/treatment';
import { SHARE_NAMES } from '@yijie/money';
import { ownPart, type Part } from '@yijie/testkit';
import { Redis } from 'ioredis';
import { readBooks } from '../support/books.ts';
import { type ClusterWithMembers, clusterWithMembers } from '../support/cluster-with-members.ts';
import { inParallel } from '../support/in-parallel.ts';

const EACH = 20;

let redis: Part;
let parts: ClusterWithMembers;
/** What the settlement of each member looks like with Redis well. */
let calm: SettleResponse[];
let made = 0;

beforeAll(async () => {
  redis = await ownPart('redis');
  parts = await clusterWithMembers(EACH, {
    redisUrl: redis.url,
    replicas: { treatmentSite: 2, homeRegion: 1 },
  });
  calm = await settleAndRefundAll();
}, 240_000);

afterAll(async () => {
  await parts?.remove();
  await redis?.stop();
});

/** A stay of every member, settled and refunded, so that the next one begins from the same accumulators. */
async function settleAndRefundAll(): Promise<SettleResponse[]> {
  const { hospital, members } = parts;
  const answers = await inParallel(members, 8, async (member) => {
    const answer = await hospital.settle(await hospital.admit(member));
    const refund = await hospital.refund(answer.settlement?.settlementId ?? '');
    expect([answer.outcome?.state, refund.outcome?.state]).toEqual([
      OutcomeState.SETTLED,
      OutcomeState.SETTLED,
    ]);
    return answer;
  });
  made += 2 * answers.length;
  return answers;
}

async function expectAnswersUnchanged(): Promise<void> {
  const answers = await settleAndRefundAll();
  const sharesOf = (all: readonly SettleResponse[]) =>
    all.map(({ settlement }) => SHARE_NAMES.map((name) => settlement?.shares?.[name]));
  expect(sharesOf(answers)).toEqual(sharesOf(calm));
  expect(parts.fallen()).toEqual([]);
  expect([...parts.hospital.setbacks]).toEqual([]);
}

/** Runs `work` with a connection of its own to Redis. */
async function withRedis(work: (admin: Redis) => Promise<void>): Promise<void> {
  const admin = new Redis(redis.url);
  try {
    await work(admin);
  } finally {
    admin.disconnect();
  }
}

test('flushed every 100 ms', async () => {
  await withRedis(async (admin) => {
    // The rates of the callers lie there: what is away is something that is used.
    expect(await admin.dbsize()).toBeGreaterThan(0);
    const flushing = setInterval(() => void admin.flushall().catch(() => undefined), 100);
    await expectAnswersUnchanged().finally(() => clearInterval(flushing));
  });
}, 120_000);

test('answering nobody for three seconds', async () => {
  await withRedis(async (admin) => {
    await admin.call('CLIENT', 'PAUSE', '3000', 'ALL');
    await expectAnswersUnchanged();
  });
}, 120_000);

test('full, so that it takes no write', async () => {
  await withRedis(async (admin) => {
    await admin.config('SET', 'maxmemory-policy', 'noeviction');
    await admin.config('SET', 'maxmemory', '1');
    await expect(admin.set('one', 'more')).rejects.toThrow('OOM');
    await expectAnswersUnchanged();
  });
}, 120_000);

test('killed under load, and back', async () => {
  const calls = expectAnswersUnchanged();
  await redis.kill?.();
  await calls;
  await expectAnswersUnchanged();
  await redis.restart?.();
  await expectAnswersUnchanged();
}, 180_000);

test('the books balance after all of it', async () => {
  const books = await readBooks(parts.cluster);
  expect(books.flaws).toEqual([]);
  expect(books.home.size).toBe(made);
}, 60_000);
