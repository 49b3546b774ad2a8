import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Caller } from './caller.ts';
import { createEdgeLimits, DEFAULT_EDGE_LIMITS } from './edge-limits.ts';
import { createLocalRateLimiter, createSharedRateLimiter, type SharedBuckets } from './rate-limiter.ts';
import { type Bucket, takeTokens } from './token-bucket.ts';

const limit = { perSecond: 10, burst: 5 };

describe('a token bucket', () => {
  test('gives its burst at once, then its rate, and says how long to wait', () => {
    let bucket: Bucket | undefined;
    const take = (nowMs: number) => {
      const taken = takeTokens(bucket, limit, nowMs, 1);
      bucket = taken.bucket;
      return taken.ok ? 0 : taken.retryAfterMs;
    };
    expect([0, 0, 0, 0, 0, 0].map(take)).toEqual([0, 0, 0, 0, 0, 100]);
    expect([50, 99, 100, 100].map(take)).toEqual([50, 1, 0, 100]);
    expect([10_000, 10_000, 10_000, 10_000, 10_000, 10_000].map(take)).toEqual([0, 0, 0, 0, 0, 100]);
  });

  test('over any stretch grants at most burst + rate × time, also when the clock jumps about', () => {
    const steps = fc.array(fc.integer({ min: -500, max: 500 }), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (deltas) => {
        const first = 1_000 + (deltas[0] ?? 0);
        let [now, latest, granted] = [1_000, first, 0];
        let bucket: Bucket | undefined;
        for (const delta of deltas) {
          now += delta;
          latest = Math.max(latest, now);
          const taken = takeTokens(bucket, limit, now, 1);
          bucket = taken.bucket;
          if (taken.ok) granted += 1;
        }
        expect(granted).toBeLessThanOrEqual(limit.burst + ((latest - first) * limit.perSecond) / 1_000);
      }),
    );
  });
});

describe('the rate of one replica', () => {
  test('keys do not disturb each other, and memory is bounded', () => {
    const limiter = createLocalRateLimiter({ keysMax: 2 });
    const drain = (key: string) => Array.from({ length: 5 }, () => limiter.take(key, limit, 0));
    drain('a');
    expect(limiter.take('a', limit, 0)).toBeGreaterThan(0);
    expect(limiter.take('b', limit, 0)).toBe(0);
    limiter.take('a', limit, 0);
    // b was quiet longest and makes room; a is remembered.
    limiter.take('c', limit, 0);
    expect(limiter.take('a', limit, 0)).toBeGreaterThan(0);
  });
});

describe('the rate over all replicas', () => {
  const wide = { perSecond: 100, burst: 100 };

  test('two replicas together grant what one bucket holds', async () => {
    const shared = bucketInMemory();
    const replicas = [0, 1].map(() => createSharedRateLimiter({ shared, fallbackShare: 0.1 }));
    const granted = await run(replicas, wide, 20_000);
    // 20 s of 100/s, the first burst, and what each replica's own fallback gave before its first draw.
    expect(granted).toBeGreaterThan(1_900);
    expect(granted).toBeLessThanOrEqual(2_000 + 100 + 2 * 10);
  });

  test('when the shared bucket fails, a lower limit of its own holds: neither open nor shut', async () => {
    const seen: boolean[] = [];
    const shared: SharedBuckets = { draw: () => Promise.reject(new Error('connection refused')) };
    const limiter = createSharedRateLimiter({
      shared,
      fallbackShare: 0.25,
      onReachable: (now) => seen.push(now),
    });
    const granted = await run([limiter], wide, 10_000);
    expect(granted).toBeGreaterThanOrEqual(250);
    expect(granted).toBeLessThanOrEqual(25 + 250);
    expect(seen).toEqual([false]);
  });

  test('a shared bucket that never answers is as one that fails', async () => {
    const limiter = createSharedRateLimiter({
      shared: { draw: () => new Promise(() => {}) },
      fallbackShare: 0.25,
    });
    const granted = await run([limiter], wide, 10_000);
    expect(granted).toBeGreaterThanOrEqual(250);
    expect(granted).toBeLessThanOrEqual(275);
  });

  test('a shared bucket that falls silent after it was found empty does not shut the door', async () => {
    let silent = false;
    const shared: SharedBuckets = { draw: () => (silent ? new Promise(() => {}) : Promise.resolve(0)) };
    const limiter = createSharedRateLimiter({ shared, fallbackShare: 0.25 });
    expect(await run([limiter], wide, 2_000)).toBeLessThanOrEqual(25);
    silent = true;
    expect(await run([limiter], wide, 10_000)).toBeGreaterThan(200);
  });

  test('a shared bucket that comes back counts again', async () => {
    let down = true;
    const inner = bucketInMemory();
    const shared: SharedBuckets = {
      draw: (...args) => (down ? Promise.reject(new Error('down')) : inner.draw(...args)),
    };
    const seen: boolean[] = [];
    const limiter = createSharedRateLimiter({
      shared,
      fallbackShare: 0.1,
      onReachable: (now) => seen.push(now),
    });
    await run([limiter], wide, 5_000);
    down = false;
    expect(await run([limiter], wide, 5_000)).toBeGreaterThan(400);
    expect(seen).toEqual([false, true]);
  });
});

describe('limits at the edge', () => {
  const settings = { ...DEFAULT_EDGE_LIMITS, inFlightMax: 3 };
  const hospital = (serial: string, operator?: string): Caller => ({
    kind: 'institution',
    institutionCode: 'H43010500001',
    serial,
    ...(operator === undefined ? {} : { operator }),
  });

  test('all certificates of an institution share its calls under way', () => {
    const limits = createEdgeLimits(createLocalRateLimiter(), settings);
    for (const serial of ['a', 'b', 'c'])
      expect(limits.admit(hospital(serial), 'settling', 0)).toEqual({ ok: true });
    expect(limits.admit(hospital('d'), 'settling', 0)).toEqual({
      ok: false,
      code: 'LIM-BUSY',
      values: { max: '3' },
    });
    expect(limits.inFlightHighest).toBe(3);
    const other: Caller = { kind: 'institution', institutionCode: 'H43010500002', serial: 'e' };
    expect(limits.admit(other, 'settling', 0).ok).toBe(true);
    limits.release(hospital('a'));
    expect(limits.admit(hospital('d'), 'settling', 0).ok).toBe(true);
    for (const serial of ['b', 'c', 'd']) limits.release(hospital(serial));
    limits.release(other);
    expect(limits.inFlightHighest).toBe(0);
  });

  test('a flood of identity checks does not stop settling', () => {
    const limits = createEdgeLimits(createLocalRateLimiter(), { ...settings, inFlightMax: 10_000 });
    const answers = Array.from({ length: 300 }, () => limits.admit(hospital('a'), 'identity', 0));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(200);
    expect(answers.at(-1)).toEqual({ ok: false, code: 'LIM-RATE', values: { retryAfterMs: '20' } });
    expect(limits.admit(hospital('a'), 'settling', 0)).toEqual({ ok: true });
  });

  test('one operator is held before the whole certificate is', () => {
    const limits = createEdgeLimits(createLocalRateLimiter(), { ...settings, inFlightMax: 10_000 });
    const answers = Array.from({ length: 30 }, () => limits.admit(hospital('a', 'desk-1'), 'identity', 0));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(20);
    expect(limits.admit(hospital('a', 'desk-2'), 'identity', 0).ok).toBe(true);
  });

  test('a refused call holds no place', () => {
    const limits = createEdgeLimits(createLocalRateLimiter(), settings);
    const tight = createEdgeLimits(createLocalRateLimiter(), {
      ...settings,
      perCertificate: { ...settings.perCertificate, reading: { perSecond: 1, burst: 1 } },
    });
    expect(tight.admit(hospital('a'), 'reading', 0).ok).toBe(true);
    expect(tight.admit(hospital('a'), 'reading', 0).ok).toBe(false);
    expect(tight.inFlightHighest).toBe(1);
    expect(limits.inFlightHighest).toBe(0);
  });
});

/** Asks for 1,000 a second, in turns, with time for answers in between; counts what is granted. */
async function run(
  replicas: readonly ReturnType<typeof createSharedRateLimiter>[],
  rate: { perSecond: number; burst: number },
  durationMs: number,
): Promise<number> {
  let granted = 0;
  const from = clockMs;
  for (; clockMs < from + durationMs; clockMs += 1) {
    const replica = replicas[clockMs % replicas.length]!;
    if (replica.take('key', rate, clockMs) === 0) granted += 1;
    await Promise.resolve();
    await Promise.resolve();
  }
  return granted;
}

let clockMs = 0;

function bucketInMemory(): SharedBuckets {
  let bucket: Bucket | undefined;
  return {
    async draw(_, tokens, rate) {
      const held = takeTokens(bucket, rate, clockMs, 0).bucket;
      const drawn = Math.min(tokens, Math.floor(held.milliTokens / 1_000));
      bucket = { ...held, milliTokens: held.milliTokens - drawn * 1_000 };
      return drawn;
    },
  };
}
