import { describe, expect, test } from '@jest/globals';
import { idFromText, idToText } from './id-text.ts';
import type { Clock, Random } from './ports.ts';
import { systemClock } from './system-clock.ts';
import { systemIds } from './system-ids.ts';
import { systemRandom } from './system-random.ts';

/** A clock that stands where it is put. */
function standingClock(at: { ms: number }): Clock {
  return { ...systemClock(), now: () => at.ms };
}

describe('ids', () => {
  test('are UUIDs of version 7 whose first 48 bits are the time', () => {
    const at = { ms: 1_795_000_000_123 };
    const text = idToText(systemIds(standingClock(at), systemRandom()).next());
    expect(text).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(text.replaceAll('-', '').slice(0, 12), 16)).toBe(at.ms);
  });

  test('rise strictly within a millisecond, over its end, and when the clock steps back', () => {
    const at = { ms: 1_795_000_000_000 };
    const ids = systemIds(standingClock(at), systemRandom());
    const texts: string[] = [];
    for (let count = 0; count < 20_000; count += 1) {
      if (count === 10_000) at.ms -= 60_000;
      texts.push(idToText(ids.next()));
    }
    expect(new Set(texts).size).toBe(20_000);
    expect(texts).toEqual([...texts].sort());
  });

  test('that must not be guessed carry no time and do not repeat', () => {
    const ids = systemIds(systemClock(), systemRandom());
    const texts = new Set(Array.from({ length: 10_000 }, () => idToText(ids.opaque())));
    expect(texts.size).toBe(10_000);
    expect(new Set([...texts].map((text) => text.slice(0, 8))).size).toBeGreaterThan(9_900);
  });

  test('follow their random source, so that a simulation repeats them', () => {
    const counting = (): Random => {
      let count = 0;
      return { next: () => (count++ % 97) / 97 };
    };
    const clock = standingClock({ ms: 1 });
    const texts = [1, 2].map(() => {
      const ids = systemIds(clock, counting());
      return [ids.next(), ids.opaque(), ids.next()].map(idToText);
    });
    expect(texts[0]).toEqual(texts[1]);
  });
});

describe('the text of an id', () => {
  test('comes back as the same bytes, in either case of letters', () => {
    const ids = systemIds(systemClock(), systemRandom());
    for (let count = 0; count < 1_000; count += 1) {
      const id = ids.opaque();
      expect(idFromText(idToText(id))).toEqual(id);
      expect(idFromText(idToText(id).toUpperCase())).toEqual(id);
    }
  });

  test.each([
    [''],
    ['0af76519-16cd-43dd-8448-eb211c80319'],
    ['0af76519-16cd-43dd-8448-eb211c80319cc'],
    ['0af76519016cd-43dd-8448-eb211c80319c'],
    ['0af7651g-16cd-43dd-8448-eb211c80319c'],
    ['0af7651\u0100-16cd-43dd-8448-eb211c80319c'],
    ['0af76519-16cd-43dd-8448-eb211c8031-c'],
  ])('%p is none', (text) => {
    expect(idFromText(text)).toBeUndefined();
  });

  test('needs 16 bytes', () => {
    expect(() => idToText(new Uint8Array(15))).toThrow('15');
  });
});

describe('chance', () => {
  test('is spread over [0, 1) without gaps', () => {
    const random = systemRandom();
    const buckets = new Array<number>(10).fill(0);
    let outside = 0;
    for (let count = 0; count < 100_000; count += 1) {
      const value = random.next();
      if (!(value >= 0 && value < 1)) outside += 1;
      const bucket = Math.floor(value * 10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    expect(outside).toBe(0);
    // Each holds 10,000; 600 are six standard deviations.
    for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(600);
  });
});

describe('the clock', () => {
  test('sleeps at least as long as asked, and less when told to stop', async () => {
    const clock = systemClock();
    const began = clock.monotonic();
    await clock.sleep(20);
    expect(clock.monotonic() - began).toBeGreaterThanOrEqual(19);

    const stop = new AbortController();
    const reason = new Error('enough');
    const sleeping = clock.sleep(60_000, stop.signal);
    stop.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    await expect(clock.sleep(1, stop.signal)).rejects.toBe(reason);
  });

  test('refuses a delay that a timer would cut to nothing', () => {
    const clock = systemClock();
    expect(() => clock.after(2 ** 31, () => undefined)).toThrow(RangeError);
    expect(() => clock.after(Number.NaN, () => undefined)).toThrow(RangeError);
    expect(() => clock.sleep(-1)).toThrow(RangeError);
  });

  test('calls back unless it was cancelled', async () => {
    const clock = systemClock();
    const called: string[] = [];
    clock.after(5, () => called.push('kept'));
    clock.after(5, () => called.push('cancelled'))();
    await clock.sleep(30);
    expect(called).toEqual(['kept']);
  });
});
