import { type Part, waitFor } from '@yijie/testkit';
import { type Bus, type PublishRecord, partitionOf } from '../src/index.ts';

export interface DeliveryOptions {
  /** A client of the adapter under test. */
  open(brokers: readonly string[]): Bus;
  readonly broker: Part;
  readonly topic: string;
  readonly messages: number;
  /** Killed when this share of the messages is acknowledged. */
  readonly killAt: readonly number[];
}

export interface DeliveryResult {
  readonly acknowledged: number;
  /** Publishes that the bus rejected and the test repeated. */
  readonly repeated: number;
  readonly lost: number;
  readonly doubled: number;
  /** A record after a later one of its key, first copies only. */
  readonly outOfOrder: number;
  /** Records in the log, counted by reading it from its beginning. */
  readonly inLog: number;
  /** What the subscriber that was there all along has seen at least once. */
  readonly readLive: number;
  /** Acknowledged when the broker was killed, for each kill. */
  readonly atKill: readonly number[];
  readonly elapsedMs: number;
}

const partitions = 3;
const keys = 50;

/**
 * Numbered messages of 50 keys while the broker is killed and started again. Each key's messages are published one
 * after the other, as a service that waits for the acknowledgement does; keys run side by side. Then the
 * acknowledgements are counted against the log.
 */
export async function deliverThroughKills(options: DeliveryOptions): Promise<DeliveryResult> {
  const brokers = options.broker.url.split(',');
  const begin = performance.now();
  const publisher = options.open(brokers);
  const subscriber = options.open(brokers);
  const acknowledged = new Set<string>();
  const live = new Set<string>();
  const atKill: number[] = [];
  let repeated = 0;
  try {
    await publisher.ensureTopics([{ name: options.topic, partitions }]);
    const subscription = await subscriber.subscribe({
      topics: [options.topic],
      groupId: `${options.topic}-live`,
      startOffset: async () => undefined,
      onBatch: async ({ records }) => {
        for (const record of records) live.add(nameOf(record.key, record.value));
      },
    });

    const perKey = Math.ceil(options.messages / keys);
    const sendAll = Promise.all(Array.from({ length: keys }, (_, key) => sendKey(`key-${key}`, perKey)));
    const killAll = (async () => {
      for (const share of options.killAt) {
        await waitFor(() => acknowledged.size >= share * options.messages, {
          withinMs: 120_000,
          what: 'progress',
        });
        await options.broker.kill?.();
        atKill.push(acknowledged.size);
        await options.broker.restart?.();
      }
    })();
    await Promise.all([sendAll, killAll]);
    await waitFor(() => live.size >= acknowledged.size, {
      withinMs: 60_000,
      what: 'the live subscriber',
    }).catch(() => {});
    await subscription.close();
    return {
      ...(await countLog()),
      acknowledged: acknowledged.size,
      repeated,
      readLive: live.size,
      atKill,
      elapsedMs: performance.now() - begin,
    };
  } finally {
    await publisher.close();
    await subscriber.close();
  }

  /** A few at a time, in order; a rejected publish is repeated from its first record on. */
  async function sendKey(key: string, count: number): Promise<void> {
    const atOnce = 10;
    for (let from = 0; from < count; from += atOnce) {
      const records: PublishRecord[] = [];
      for (let n = from; n < Math.min(from + atOnce, count); n++) {
        records.push({ key, value: Buffer.from(String(n)), headers: {} });
      }
      for (;;) {
        try {
          await publisher.publish(options.topic, records);
          break;
        } catch {
          repeated += 1;
        }
      }
      for (const record of records) acknowledged.add(nameOf(key, record.value));
    }
  }

  async function countLog(): Promise<Pick<DeliveryResult, 'lost' | 'doubled' | 'outOfOrder' | 'inLog'>> {
    const reader = options.open(brokers);
    const last = new Map<string, number>();
    const seen = new Set<string>();
    const read = new Map<number, bigint>();
    const ends = new Map<number, bigint>();
    let [doubled, outOfOrder, inLog] = [0, 0, 0];
    try {
      const subscription = await reader.subscribe({
        topics: [options.topic],
        groupId: `${options.topic}-count`,
        startOffset: async () => 0n,
        onBatch: async ({ records, partition, highWatermark }) => {
          for (const { key, value, offset } of records) {
            inLog += 1;
            const name = nameOf(key, value);
            const number = Number(Buffer.from(value).toString());
            if (seen.has(name)) doubled += 1;
            else if (number < (last.get(key) ?? -1)) outOfOrder += 1;
            else last.set(key, number);
            seen.add(name);
            if (partition !== partitionOf(key, partitions))
              throw new Error(`${name} in partition ${partition}`);
            read.set(partition, offset + 1n);
          }
          ends.set(partition, highWatermark);
        },
      });
      await waitFor(() => ends.size === partitions && [...ends].every(([p, end]) => read.get(p) === end), {
        withinMs: 60_000,
        what: 'the end of the log',
      });
      await subscription.close();
    } finally {
      await reader.close();
    }
    const lost = [...acknowledged].filter((name) => !seen.has(name)).length;
    return { lost, doubled, outOfOrder, inLog };
  }
}

function nameOf(key: string, value: Uint8Array): string {
  return `${key}/${Buffer.from(value).toString()}`;
}
