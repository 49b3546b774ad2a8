import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { redis, waitFor } from '@yijie/testkit';
import { Redis } from 'ioredis';
import { createRedisBuckets } from './redis-buckets.ts';

describe('token buckets in a real Redis', () => {
  let client: Redis;
  let prefix: string;
  beforeAll(async () => {
    const server = await redis();
    prefix = server.prefix;
    client = new Redis(server.url);
  });
  afterAll(() => client.disconnect());

  const limit = { perSecond: 50, burst: 20 };
  const buckets = () =>
    createRedisBuckets({ eval: (script, keys, args) => client.eval(script, keys.length, ...keys, ...args) });

  test('a bucket gives its burst to whoever draws first, and refills at its rate', async () => {
    const key = `${prefix}refill`;
    const drawn = await Promise.all([1, 2, 3].map(() => buckets().draw(key, 10, limit)));
    expect(drawn[0]! + drawn[1]!).toBe(20);
    expect(drawn[2]).toBeLessThanOrEqual(1);
    let more = 0;
    await waitFor(async () => {
      more += await buckets().draw(key, 5, limit);
      return more >= 5;
    });
    expect(more).toBeGreaterThanOrEqual(5);
  });

  test('keys are apart, and each vanishes by itself', async () => {
    expect(await buckets().draw(`${prefix}a`, 100, limit)).toBe(20);
    expect(await buckets().draw(`${prefix}b`, 100, limit)).toBe(20);
    const ttl = await client.pttl(`yijie:rate:${prefix}a`);
    expect(ttl).toBeGreaterThan(0);
    expect(ttl).toBeLessThanOrEqual(1_400);
  });
});
