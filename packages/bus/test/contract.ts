import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor } from '@yijie/testkit';
import {
  type Bus,
  type PublishRecord,
  partitionOf,
  type ReceivedBatch,
  type Subscription,
} from '../src/index.ts';
import { noteMeasure } from './silent-logger.ts';

/** What every adapter must do. `open` makes a client of its own on the same log each time. */
export function contractOfBus(open: () => Promise<Bus>, named: (name: string) => string): void {
  let bus: Bus;
  let topics = 0;
  const subscriptions: Subscription[] = [];
  const buses: Bus[] = [];

  beforeAll(async () => {
    bus = await another();
  });
  afterAll(async () => {
    await Promise.all(subscriptions.map((one) => one.close()));
    await Promise.all(buses.map((one) => one.close()));
  });

  async function another(): Promise<Bus> {
    const made = await open();
    buses.push(made);
    return made;
  }
  async function topic(partitions: number): Promise<string> {
    const name = named(`contract-${++topics}`);
    await bus.ensureTopics([{ name, partitions }]);
    return name;
  }
  async function read(from: Bus, name: string, more: Partial<Reader> = {}): Promise<Reader> {
    const reader = new Reader(more);
    reader.subscription = await from.subscribe({
      topics: [name],
      groupId: more.group ?? `${name}-group`,
      startOffset: async (_, partition) => reader.positions.get(partition),
      onBatch: (batch) => reader.take(batch),
      onAssignment: (owned) => reader.assignments.push([...(owned.get(name) ?? [])]),
    });
    subscriptions.push(reader.subscription);
    return reader;
  }

  describe('publishing and reading', () => {
    test('records of a key arrive in the order they were published', async () => {
      const name = await topic(3);
      const reader = await read(bus, name);
      for (let round = 0; round < 10; round++) {
        const records = Array.from({ length: 60 }, (_, i) =>
          record(`key-${i % 6}`, `${round * 10 + Math.floor(i / 6)}`),
        );
        await bus.publish(name, records);
      }
      await waitFor(() => reader.seen.length === 600, { what: '600 records' });
      for (let key = 0; key < 6; key++) {
        const numbers = reader.seen
          .filter((one) => one.key === `key-${key}`)
          .map((one) => Number(text(one.value)));
        expect(numbers).toEqual(Array.from({ length: 100 }, (_, i) => i));
      }
    });

    test('publishes that are not waited for keep their order as well', async () => {
      const name = await topic(1);
      const reader = await read(bus, name);
      await Promise.all(Array.from({ length: 300 }, (_, i) => bus.publish(name, [record('key', String(i))])));
      await waitFor(() => reader.seen.length === 300, { what: '300 records' });
      expect(reader.seen.map((one) => Number(text(one.value)))).toEqual(
        Array.from({ length: 300 }, (_, i) => i),
      );
    });

    test('a key chooses its partition by murmur2, a named partition overrides it', async () => {
      const name = await topic(6);
      const reader = await read(bus, name);
      const byKey = Array.from({ length: 50 }, (_, i) => record(`person-${i}`, 'by key'));
      await bus.publish(name, [
        ...byKey,
        ...[0, 3, 5].map((partition) => ({ ...record('x', 'named'), partition })),
      ]);
      await waitFor(() => reader.seen.length === 53, { what: '53 records' });
      for (const one of reader.seen.filter(({ value }) => text(value) === 'by key')) {
        expect(one.partition).toBe(partitionOf(one.key, 6));
      }
      const partitions = reader.seen
        .filter(({ value }) => text(value) === 'named')
        .map((one) => one.partition);
      expect(partitions.sort()).toEqual([0, 3, 5]);
    });

    test('a partition that does not exist is refused', async () => {
      const name = await topic(2);
      await expect(bus.publish(name, [{ ...record('k', 'v'), partition: 2 }])).rejects.toThrow(
        'has no partition 2',
      );
    });

    test('value and headers come out byte for byte, with an offset and the time of the append', async () => {
      const name = await topic(1);
      const reader = await read(bus, name);
      const value = randomBytes(1_000);
      const headers = {
        trace: randomBytes(25),
        empty: new Uint8Array(),
        'content-type': Buffer.from('医保'),
      };
      await bus.publish(name, [{ key: '人员', value, headers }]);
      await waitFor(() => reader.seen.length === 1, { what: 'the record' });
      const [one] = reader.seen;
      expect(one?.key).toBe('人员');
      expect(Buffer.from(one!.value).equals(value)).toBe(true);
      expect(Object.keys(one!.headers).sort()).toEqual(['content-type', 'empty', 'trace']);
      for (const [header, bytes] of Object.entries(headers)) {
        expect(Buffer.from(one!.headers[header]!).equals(Buffer.from(bytes))).toBe(true);
      }
      expect(one?.offset).toBe(0n);
      expect(Math.abs(one!.timestampMs - Date.now())).toBeLessThan(60_000);
    });

    test('a large publish arrives whole: 5,000 records of 1 KiB', async () => {
      const name = await topic(2);
      const reader = await read(bus, name);
      const value = randomBytes(1_024);
      await bus.publish(
        name,
        Array.from({ length: 5_000 }, (_, i) => ({ key: String(i), value, headers: {} })),
      );
      await waitFor(() => reader.seen.length === 5_000, { what: '5,000 records', withinMs: 30_000 });
      expect(new Set(reader.seen.map((one) => one.key)).size).toBe(5_000);
      expect(reader.seen.every((one) => Buffer.from(one.value).equals(value))).toBe(true);
      const last = reader.batches.filter((batch) => batch.partition === 0).at(-1)!;
      expect(last.highWatermark).toBe(last.records.at(-1)!.offset + 1n);
    });

    test('an idle hop takes milliseconds: nothing waits for a fuller batch', async () => {
      const name = await topic(1);
      const reader = await read(bus, name);
      const hops: number[] = [];
      for (let n = 1; n <= 100; n++) {
        const begin = performance.now();
        const arrived = reader.next();
        await bus.publish(name, [record('k', String(n))]);
        await arrived;
        hops.push(performance.now() - begin);
      }
      hops.sort((a, b) => a - b);
      noteMeasure(`idle hop over ${name}: p50 ${hops[50]?.toFixed(1)} ms, p99 ${hops[98]?.toFixed(1)} ms`);
      expect(hops[50]).toBeLessThan(50);
    });

    test('publishing nothing is fine', async () => {
      await bus.publish(await topic(1), []);
    });
  });

  describe('where reading begins', () => {
    test('at the earliest record for a subscriber that knows no position', async () => {
      const name = await topic(1);
      await bus.publish(name, numbers(5));
      const reader = await read(bus, name);
      await waitFor(() => reader.seen.length === 5, { what: '5 records' });
      expect(reader.seen.map((one) => one.offset)).toEqual([0n, 1n, 2n, 3n, 4n]);
    });

    test('at the position the subscriber gives, also against what the group has read before', async () => {
      const name = await topic(1);
      await bus.publish(name, numbers(10));
      const first = await read(bus, name);
      await waitFor(() => first.seen.length === 10, { what: '10 records' });
      await first.subscription?.close();

      // The database was restored: it remembers less than the bus.
      const restored = await read(bus, name, { positions: new Map([[0, 4n]]) });
      await waitFor(() => restored.seen.length === 6, { what: '6 records' });
      expect(restored.seen.map((one) => one.offset)).toEqual([4n, 5n, 6n, 7n, 8n, 9n]);
      await restored.subscription?.close();

      const ahead = await read(bus, name, { positions: new Map([[0, 9n]]) });
      await bus.publish(name, [record('n', 'after')]);
      await waitFor(() => ahead.seen.length === 2, { what: '2 records' });
      expect(ahead.seen.map((one) => text(one.value))).toEqual(['9', 'after']);
    });

    test('a position past the end of the log reads again all that is kept', async () => {
      const name = await topic(1);
      await bus.publish(name, numbers(3));
      const reader = await read(bus, name, { positions: new Map([[0, 1_000n]]) });
      await waitFor(() => reader.seen.length === 3, { what: '3 records' });
    });
  });

  describe('a subscriber that rejects', () => {
    test('gets the same records again, in order, and holds up only its own partition', async () => {
      const name = await topic(2);
      const refused: string[] = [];
      const reader = await read(bus, name, {
        before: async (batch) => {
          if (batch.partition === 0 && refused.length < 3) {
            refused.push(text(batch.records[0]!.value));
            throw new Error('the database is away');
          }
        },
      });
      await bus.publish(
        name,
        [0, 1].flatMap((partition) => numbers(20).map((one) => ({ ...one, partition }))),
      );
      await waitFor(() => reader.seen.length === 40, { what: '40 records' });
      expect(refused).toEqual(['0', '0', '0']);
      for (const partition of [0, 1]) {
        const read = reader.seen
          .filter((one) => one.partition === partition)
          .map((one) => Number(text(one.value)));
        expect(read).toEqual(Array.from({ length: 20 }, (_, i) => i));
      }
    });

    test('gets them from the position it stored', async () => {
      const name = await topic(1);
      let failures = 0;
      const reader: Reader = await read(bus, name, {
        before: async (batch) => {
          if (failures++ > 0) return;
          // Half of the batch was stored before the failure.
          reader.positions.set(0, batch.records[0]!.offset + 2n);
          throw new Error('the answer to the commit was lost');
        },
      });
      await bus.publish(name, numbers(6));
      await waitFor(() => reader.seen.length === 4, { what: '4 records' });
      expect(reader.seen.map((one) => Number(text(one.value)))).toEqual([2, 3, 4, 5]);
    });

    test('never has two batches of a partition at once', async () => {
      const name = await topic(2);
      const busy = new Set<number>();
      let overlaps = 0;
      const reader = await read(bus, name, {
        before: async (batch) => {
          if (busy.has(batch.partition)) overlaps += 1;
          busy.add(batch.partition);
          await new Promise((resolve) => setTimeout(resolve, 2));
          busy.delete(batch.partition);
        },
      });
      for (let round = 0; round < 50; round++) {
        await bus.publish(
          name,
          [0, 1].map((partition) => ({ ...record('k', String(round)), partition })),
        );
      }
      await waitFor(() => reader.seen.length === 100, { what: '100 records' });
      expect(overlaps).toBe(0);
    });
  });

  describe('members of a group', () => {
    test('share the partitions, report them, and take over from one that leaves', async () => {
      const name = await topic(4);
      const [first, secondBus] = [await read(bus, name), await another()];
      expect(first.subscription!.owned(name)).toEqual([0, 1, 2, 3]);
      expect(first.assignments.at(-1)).toEqual([0, 1, 2, 3]);

      const second = await read(secondBus, name);
      const owned = () => [...first.subscription!.owned(name), ...second.subscription!.owned(name)].sort();
      await waitFor(() => owned().join() === '0,1,2,3' && second.subscription!.owned(name).length === 2, {
        what: 'two partitions each',
        withinMs: 20_000,
      });
      expect(second.assignments.at(-1)).toEqual(second.subscription!.owned(name));

      const everywhere = [0, 1, 2, 3].map((partition) => ({ ...record('k', 'shared'), partition }));
      await bus.publish(name, everywhere);
      await waitFor(() => partitionsWith('shared', first, second).length === 4, {
        what: 'one record per partition',
      });
      expect(partitionsWith('shared', first).length).toBeGreaterThan(0);
      expect(partitionsWith('shared', second).length).toBeGreaterThan(0);

      await second.subscription!.close();
      await waitFor(() => first.subscription!.owned(name).join() === '0,1,2,3', {
        what: 'all partitions again',
        withinMs: 20_000,
      });
      await bus.publish(
        name,
        everywhere.map((one) => ({ ...one, value: Buffer.from('alone') })),
      );
      await waitFor(() => partitionsWith('alone', first).join() === '0,1,2,3', {
        what: 'all of them at the first',
      });
    });

    test('groups read independently of each other', async () => {
      const name = await topic(1);
      const [one, other] = [
        await read(bus, name, { group: `${name}-a` }),
        await read(bus, name, { group: `${name}-b` }),
      ];
      await bus.publish(name, numbers(3));
      await waitFor(() => one.seen.length === 3 && other.seen.length === 3, {
        what: '3 records in both groups',
      });
    });

    test('closing lets the batch in hand finish and hands over no other', async () => {
      const name = await topic(1);
      let release: () => void = () => {};
      const held = new Promise<void>((resolve) => (release = resolve));
      const reader = await read(bus, name, { before: () => held });
      await bus.publish(name, numbers(1));
      await waitFor(() => reader.batches.length === 1, { what: 'the first batch' });
      const closed = reader.subscription!.close();
      await bus.publish(name, numbers(1));
      release();
      await closed;
      expect([reader.batches.length, reader.seen.length]).toEqual([1, 1]);
    });
  });

  describe('topics', () => {
    test('outlive the client that made them, with their records', async () => {
      const name = await topic(2);
      const before = await another();
      await before.publish(name, numbers(7));
      await before.close();
      const after = await another();
      const reader = await read(after, name);
      await waitFor(() => reader.seen.length === 7, { what: '7 records' });
      expect(await after.partitions(name)).toBe(2);
    });

    test('are made once, and another number of partitions is an error', async () => {
      const name = await topic(3);
      await bus.ensureTopics([{ name, partitions: 3, retentionMs: 60_000 }]);
      await expect(bus.ensureTopics([{ name, partitions: 4 }])).rejects.toThrow(
        `${name} has 3 partitions and should have 4`,
      );
      expect(await bus.partitions(name)).toBe(3);
    });

    test('is made once by services that start together', async () => {
      const name = named('contract-together');
      const others = await Promise.all([another(), another(), another()]);
      await Promise.all(others.map((one) => one.ensureTopics([{ name, partitions: 2 }])));
      expect(await bus.partitions(name)).toBe(2);
    });

    test('that do not exist are refused', async () => {
      await expect(bus.partitions(named('never-made'))).rejects.toThrow('There is no topic');
      await expect(bus.publish(named('never-made'), numbers(1))).rejects.toThrow('There is no topic');
    });
  });

  test('the bus answers a ping, and refuses to publish once it is closed', async () => {
    const name = await topic(1);
    const closing = await another();
    await closing.ping();
    await closing.publish(name, numbers(1));
    await closing.close();
    await expect(closing.publish(name, numbers(1))).rejects.toThrow('closed');
  });
}

interface SeenRecord {
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, Uint8Array>>;
  readonly offset: bigint;
  readonly timestampMs: number;
  readonly partition: number;
}

/** A subscriber that notes what it was given. */
class Reader {
  /** Begun, whether or not they were accepted. */
  readonly batches: ReceivedBatch[] = [];
  /** Accepted records. */
  readonly seen: SeenRecord[] = [];
  readonly assignments: (readonly number[])[] = [];
  readonly positions: Map<number, bigint>;
  readonly group: string | undefined;
  readonly before: (batch: ReceivedBatch) => Promise<void>;
  subscription: Subscription | undefined;

  constructor({ positions, before, group }: Partial<Reader>) {
    this.positions = positions ?? new Map();
    this.before = before ?? (async () => {});
    this.group = group;
  }

  async take(batch: ReceivedBatch): Promise<void> {
    this.batches.push(batch);
    await this.before(batch);
    for (const one of batch.records) this.seen.push({ ...one, partition: batch.partition });
    this.#taken();
  }

  #taken: () => void = () => {};

  /** Resolves when the next batch is accepted. */
  next(): Promise<void> {
    return new Promise((resolve) => (this.#taken = resolve));
  }
}

function partitionsWith(value: string, ...readers: readonly Reader[]): number[] {
  const records = readers.flatMap((reader) => reader.seen).filter((one) => text(one.value) === value);
  return [...new Set(records.map((one) => one.partition))].sort();
}

function record(key: string, value: string): PublishRecord {
  return { key, value: Buffer.from(value), headers: {} };
}

function numbers(count: number): PublishRecord[] {
  return Array.from({ length: count }, (_, i) => record('n', String(i)));
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
