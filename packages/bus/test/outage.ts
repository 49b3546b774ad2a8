import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ownPart, type Part, waitFor } from '@yijie/testkit';
import { type Bus, BusError, type PublishRecord } from '../src/index.ts';

/** What every adapter must do while its server is away. The server is the suite's own and gets killed. */
export function outagesOfBus(
  partName: Part['name'],
  open: (part: Part, timeoutMs: number) => Promise<Bus>,
): void {
  let part: Part;
  const buses: Bus[] = [];
  beforeAll(async () => {
    part = await ownPart(partName);
  });
  afterAll(async () => {
    await part.restart?.();
    await Promise.all(buses.map((bus) => bus.close()));
    await part.stop();
  });

  async function another(timeoutMs: number): Promise<Bus> {
    const bus = await open(part, timeoutMs);
    buses.push(bus);
    return bus;
  }

  describe('while the server is away', () => {
    test('a publish waits for it, and reading goes on where it was', async () => {
      const bus = await another(60_000);
      await bus.ensureTopics([{ name: 'waits', partitions: 2 }]);
      const seen: string[] = [];
      const subscription = await bus.subscribe({
        topics: ['waits'],
        groupId: 'waits',
        startOffset: async () => undefined,
        onBatch: async ({ records }) => {
          for (const { value } of records) seen.push(Buffer.from(value).toString());
        },
      });
      await bus.publish('waits', [record('before')]);
      await waitFor(() => seen.length === 1, { what: 'the record before' });

      await part.kill?.();
      let isDurable = false;
      const published = bus.publish('waits', [record('during')]).then(() => {
        isDurable = true;
      });
      await expect(bus.ping()).rejects.toThrow();
      expect(isDurable).toBe(false);
      await part.restart?.();
      await published;
      await waitFor(() => seen.includes('during'), { what: 'the record of the outage', withinMs: 60_000 });
      await waitFor(() => subscription.owned('waits').length === 2, {
        what: 'both partitions',
        withinMs: 60_000,
      });
      await bus.publish('waits', [record('after')]);
      await waitFor(() => seen.includes('after'), { what: 'the record after', withinMs: 60_000 });
      expect(new Set(seen)).toEqual(new Set(['before', 'during', 'after']));
      await bus.ping();
    }, 180_000);

    test('a publish gives up after its bound and says so, and a later one works', async () => {
      const bus = await another(1_500);
      await bus.ensureTopics([{ name: 'gives-up', partitions: 1 }]);
      await bus.publish('gives-up', [record('0')]);
      await part.kill?.();
      const begin = performance.now();
      const results = await Promise.allSettled([
        bus.publish('gives-up', [record('1')]),
        bus.publish('gives-up', [record('2')]),
      ]);
      const waitedMs = performance.now() - begin;
      for (const result of results) {
        expect(result.status === 'rejected' && result.reason).toBeInstanceOf(BusError);
      }
      expect(waitedMs).toBeGreaterThan(1_000);
      expect(waitedMs).toBeLessThan(4_000);
      await part.restart?.();
      await waitFor(() => bus.publish('gives-up', [record('3')]).then(() => true), { withinMs: 60_000 });

      // Nothing that was rejected may come after what was published later.
      const seen: string[] = [];
      const subscription = await bus.subscribe({
        topics: ['gives-up'],
        groupId: 'gives-up',
        startOffset: async () => 0n,
        onBatch: async ({ records }) => {
          for (const { value } of records) seen.push(Buffer.from(value).toString());
        },
      });
      await waitFor(() => seen.includes('3'), { what: 'the later record', withinMs: 30_000 });
      await bus.publish('gives-up', [record('4')]);
      await waitFor(() => seen.includes('4'), { what: 'the last record' });
      expect(seen.filter((value) => value === '0' || value >= '3').join()).toBe('0,3,4');
      expect(seen.indexOf('3')).toBeGreaterThan(Math.max(seen.indexOf('1'), seen.indexOf('2')));
      await subscription.close();
    }, 180_000);

    test('joining gives up after its bound', async () => {
      const bus = await another(1_500);
      await bus.ensureTopics([{ name: 'joins', partitions: 1 }]);
      await part.kill?.();
      await expect(
        bus.subscribe({
          topics: ['joins'],
          groupId: 'joins',
          startOffset: async () => 0n,
          onBatch: async () => {},
        }),
      ).rejects.toThrow('could not join its group within 1500 ms');
      await part.restart?.();
    }, 180_000);
  });
}

function record(value: string): PublishRecord {
  return { key: 'k', value: Buffer.from(value), headers: {} };
}
