import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '@yijie/testkit';
import { silentLogger } from '../test/silent-logger.ts';
import type { ReceivedBatch } from './bus.ts';
import { type Fetched, Lane } from './lane.ts';

/** A lane over a log of which the test tells what was fetched, and a subscriber that answers when the test says so. */
function openLane(start: (bigint | undefined)[] = []) {
  const clock = new FakeClock(0);
  const acts: string[] = [];
  const given: { batch: ReceivedBatch; accept(): void; refuse(): void }[] = [];
  const lane = new Lane({
    topic: 't',
    partition: 0,
    clock,
    logger: silentLogger,
    after: Promise.resolve(),
    source: {
      bounds: async () => ({ earliest: 10n, end: 100n }),
      seek: (offset) => acts.push(`seek ${offset}`),
      pause: () => acts.push('pause'),
      resume: () => acts.push('resume'),
    },
    subscriber: {
      startOffset: async () => start.shift(),
      onBatch: (batch) =>
        new Promise((accept, reject) =>
          given.push({ batch, accept, refuse: () => reject(new Error('refused')) }),
        ),
    },
  });
  return { clock, acts, given, lane };
}

function fetched(from: number, count: number, bytes = 1): Fetched {
  return {
    readFrom: BigInt(from),
    nextOffset: BigInt(from + count),
    highWatermark: 100n,
    records: Array.from({ length: count }, (_, i) => ({
      key: 'k',
      value: new Uint8Array(bytes),
      headers: {},
      offset: BigInt(from + i),
      timestampMs: 0,
    })),
  };
}

function offsets(batch: ReceivedBatch): string {
  return `${batch.records[0]?.offset}–${batch.records.at(-1)?.offset}`;
}

describe('where a lane begins', () => {
  test.each([
    ['at the subscriber’s position', [42n], 'seek 42'],
    ['at the earliest record without one', [undefined], 'seek 10'],
    ['at the earliest record when its position was deleted', [3n], 'seek 10'],
    ['at the earliest record when its position is past the end', [101n], 'seek 10'],
    ['at the end when everything was read', [100n], 'seek 100'],
  ])('%s', async (_, start, act) => {
    const { clock, acts, lane } = openLane([...start]);
    await clock.advance(0);
    expect(acts).toEqual([act]);
    await lane.close();
  });

  test('what was fetched from elsewhere, or before the beginning is known, is not taken', async () => {
    const { clock, given, lane } = openLane([42n]);
    expect(lane.offer(fetched(42, 5))).toBe(false);
    await clock.advance(0);
    expect(lane.offer(fetched(20, 5))).toBe(false);
    expect(lane.offer(fetched(42, 5))).toBe(true);
    expect(lane.offer(fetched(42, 5))).toBe(false);
    await clock.advance(0);
    expect(given.map(({ batch }) => offsets(batch))).toEqual(['42–46']);
    given[0]!.accept();
    await lane.close();
    expect(lane.handled).toBe(47n);
  });

  test('a client that jumped ahead by itself makes it ask again', async () => {
    const { clock, acts, lane } = openLane([42n, 42n]);
    await clock.advance(0);
    expect(lane.offer(fetched(60, 5))).toBe(false);
    await clock.advance(0);
    expect(acts).toEqual(['seek 42', 'seek 42']);
    await lane.close();
  });
});

describe('handing over', () => {
  test('one batch at a time; what was fetched meanwhile comes as the next one', async () => {
    const { clock, given, lane } = openLane([10n]);
    await clock.advance(0);
    lane.offer(fetched(10, 2));
    await clock.advance(0);
    lane.offer(fetched(12, 3));
    lane.offer(fetched(15, 1));
    await clock.advance(0);
    expect(given).toHaveLength(1);
    given[0]!.accept();
    await clock.advance(0);
    expect(given.map(({ batch }) => offsets(batch))).toEqual(['10–11', '12–15']);
    given[1]!.accept();
    await lane.close();
  });

  test('a full lane pauses its source and resumes it when it was emptied', async () => {
    const { clock, acts, given, lane } = openLane([10n]);
    await clock.advance(0);
    lane.offer(fetched(10, 3, 1_000_000));
    expect(acts).toEqual(['seek 10', 'pause']);
    await clock.advance(0);
    given[0]!.accept();
    await clock.advance(0);
    expect(acts).toEqual(['seek 10', 'pause', 'resume']);
    await lane.close();
  });

  test('a rejected batch is asked for again after a pause that grows, from the stored position', async () => {
    const { clock, acts, given, lane } = openLane([10n, 11n, undefined]);
    await clock.advance(0);
    lane.offer(fetched(10, 5));
    await clock.advance(0);
    given[0]!.refuse();
    await clock.advance(0);
    await clock.advance(49);
    expect(acts).toEqual(['seek 10', 'pause']);
    await clock.advance(1);
    expect(acts).toEqual(['seek 10', 'pause', 'seek 11', 'resume']);
    lane.offer(fetched(11, 4));
    await clock.advance(0);
    given[1]!.refuse();
    await clock.advance(0);
    await clock.advance(99);
    expect(acts).toHaveLength(5);
    await clock.advance(1);
    // Nothing was ever accepted, and now the subscriber knows no position.
    expect(acts.slice(5)).toEqual(['seek 10', 'resume']);
    await lane.close();
  });

  test('closing waits for the batch in hand and drops the rest', async () => {
    const { clock, given, lane } = openLane([10n]);
    await clock.advance(0);
    lane.offer(fetched(10, 1));
    await clock.advance(0);
    lane.offer(fetched(11, 1));
    let closed = false;
    const closing = lane.close().then(() => {
      closed = true;
    });
    await clock.advance(0);
    expect(closed).toBe(false);
    given[0]!.accept();
    await closing;
    expect([given.length, lane.handled]).toEqual([1, 11n]);
  });
});
