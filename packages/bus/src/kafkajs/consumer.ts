import type { Clock, Logger } from '@yijie/runtime';
import type {
  Consumer,
  ConsumerGroupJoinEvent,
  EachBatchPayload,
  IHeaders,
  Kafka,
  KafkaMessage,
} from 'kafkajs';
import type { ReceivedRecord, SubscribeOptions, Subscription } from '../bus.ts';
import { BusError } from '../bus-error.ts';
import type { LaneSource } from '../lane.ts';
import { Lanes } from '../lanes.ts';

export interface KafkajsConsumerOptions {
  readonly kafka: Kafka;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long an idle fetch waits at the broker; other requests of the consumer queue behind it. */
  readonly fetchWaitMs: number;
  readonly sessionTimeoutMs: number;
  readonly joinTimeoutMs: number;
  bounds(topic: string, partition: number): ReturnType<LaneSource['bounds']>;
}

const commitEveryMs = 1_000;
const firstRestartMs = 100;
const longestRestartMs = 2_000;

/** Reads by kafkajs' fetch loop into lanes; kafkajs itself never waits for a subscriber and so keeps its heartbeats. */
export async function subscribeByKafkajs(
  options: KafkajsConsumerOptions,
  subscriber: SubscribeOptions,
): Promise<Subscription> {
  const { kafka, clock, logger } = options;
  const closing = new AbortController();
  let consumer: Consumer | undefined;

  const lanes = new Lanes({
    subscriber,
    clock,
    logger,
    source: (topic, partition) => ({
      bounds: () => options.bounds(topic, partition),
      seek: (offset) => consumer?.seek({ topic, partition, offset: String(offset) }),
      pause: () => ifRunning(() => consumer?.pause([{ topic, partitions: [partition] }])),
      resume: () => ifRunning(() => consumer?.resume([{ topic, partitions: [partition] }])),
    }),
  });

  let joined: () => void = () => {};
  const firstJoin = new Promise<void>((resolve) => (joined = resolve));

  function build(): Consumer {
    const made = kafka.consumer({
      groupId: subscriber.groupId,
      minBytes: 1,
      maxWaitTimeInMs: options.fetchWaitMs,
      sessionTimeout: options.sessionTimeoutMs,
      heartbeatInterval: Math.floor(options.sessionTimeoutMs / 10),
      rebalanceTimeout: options.sessionTimeoutMs,
      allowAutoTopicCreation: false,
      // A consumer that gave up is replaced here, where its end can be seen and bounded.
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5, restartOnFailure: async () => false },
    });
    made.on(made.events.GROUP_JOIN, ({ payload }) => {
      if (made !== consumer || closing.signal.aborted) return;
      lanes.assign(ownedBy(payload));
      joined();
    });
    made.on(made.events.CRASH, () => {
      if (made === consumer && !closing.signal.aborted) restartOnce();
    });
    return made;
  }

  async function start(): Promise<void> {
    consumer = build();
    await consumer.connect();
    await consumer.subscribe({ topics: [...subscriber.topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 16,
      eachBatch: async (payload) => take(lanes, payload),
    });
  }

  async function leave(): Promise<void> {
    const leaving = consumer;
    consumer = undefined;
    await leaving?.disconnect().catch(() => {});
  }

  async function restart(): Promise<void> {
    // Until the group is joined again, others may own the partitions.
    lanes.assign(new Map());
    for (
      let pauseMs = firstRestartMs;
      !closing.signal.aborted;
      pauseMs = Math.min(pauseMs * 2, longestRestartMs)
    ) {
      await leave();
      try {
        await clock.sleep(pauseMs, closing.signal);
        await start();
        return;
      } catch (error) {
        if (closing.signal.aborted) return;
        logger.warn('bus.rejoin-failed', { group: subscriber.groupId, cause: error as Error });
      }
    }
  }

  let restarting: Promise<void> | undefined;
  function restartOnce(): void {
    restarting ??= restart().finally(() => {
      restarting = undefined;
    });
  }

  async function commit(): Promise<void> {
    const positions = lanes.uncommitted();
    if (positions.length === 0 || consumer === undefined) return;
    await consumer.commitOffsets(positions.map((one) => ({ ...one, offset: String(one.offset) })));
    lanes.committed(positions);
  }

  const committing = (async () => {
    while (!closing.signal.aborted) {
      await clock.sleep(commitEveryMs, closing.signal).catch(() => {});
      // The broker's offsets are for lag monitors; the subscriber's own decide. A rebalance may refuse them.
      await commit().catch((cause: Error) =>
        logger.debug('bus.commit-failed', { group: subscriber.groupId, cause }),
      );
    }
  })();

  async function close(): Promise<void> {
    closing.abort(new BusError('The subscription is closed.'));
    await lanes.finish();
    await committing;
    await commit().catch(() => {});
    await restarting;
    await leave();
  }

  const tooLate = new BusError(
    `${subscriber.groupId} could not join its group within ${options.joinTimeoutMs} ms.`,
  );
  const cancelTimeout = clock.after(options.joinTimeoutMs, () => closing.abort(tooLate));
  start().catch(restartOnce);
  try {
    await Promise.race([firstJoin, aborted(closing.signal)]);
  } catch (error) {
    await close();
    throw error;
  } finally {
    cancelTimeout();
  }
  return { owned: (topic) => lanes.owned(topic), close };
}

/** kafkajs throws while it has no group; the lane is then about to end, and a new consumer begins unpaused. */
function ifRunning(act: () => void): void {
  try {
    act();
  } catch {}
}

/** kafkajs moves on only past what a lane has taken. */
function take(lanes: Lanes, { batch, resolveOffset, isStale }: EachBatchPayload): void {
  const last = batch.messages.at(-1);
  if (isStale() || last === undefined) return;
  const taken = lanes.lane(batch.topic, batch.partition)?.offer({
    readFrom: BigInt((batch as unknown as { readonly fetchedOffset: string }).fetchedOffset),
    nextOffset: BigInt(batch.lastOffset()) + 1n,
    highWatermark: BigInt(batch.highWatermark),
    records: batch.messages.map(recordOf),
  });
  if (taken === true) resolveOffset(last.offset);
}

function recordOf(message: KafkaMessage): ReceivedRecord {
  return {
    key: message.key?.toString('utf8') ?? '',
    value: message.value ?? new Uint8Array(),
    headers: headersOf(message.headers),
    offset: BigInt(message.offset),
    timestampMs: Number(message.timestamp),
  };
}

function headersOf(headers: IHeaders | undefined): Record<string, Uint8Array> {
  const read: Record<string, Uint8Array> = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    read[name] = typeof last === 'string' ? Buffer.from(last) : (last ?? new Uint8Array());
  }
  return read;
}

function ownedBy(payload: ConsumerGroupJoinEvent['payload']): Map<string, readonly number[]> {
  const owned = new Map<string, readonly number[]>();
  for (const [topic, partitions] of Object.entries(payload.memberAssignment)) {
    owned.set(
      topic,
      [...partitions].sort((a, b) => a - b),
    );
  }
  return owned;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
