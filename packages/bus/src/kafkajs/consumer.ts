import type {
  Consumer,
  ConsumerGroupJoinEvent,
  EachBatchPayload,
  IHeaders,
  Kafka,
  KafkaMessage,
} from 'kafkajs';
import type { ReceivedRecord, SubscribeOptions } from '../bus.ts';
import type { GroupClient, GroupEvents } from '../group-subscription.ts';
import type { Lanes } from '../lanes.ts';

export interface KafkajsConsumerSettings {
  /** How long an idle fetch waits at the broker; other requests of the consumer queue behind it. */
  readonly fetchWaitMs: number;
  readonly sessionTimeoutMs: number;
}

/** kafkajs' fetch loop only fills the lanes; it never waits for a subscriber and so keeps its heartbeats. */
export function openKafkajsConsumer(
  kafka: Kafka,
  settings: KafkajsConsumerSettings,
  { topics, groupId }: SubscribeOptions,
  { lanes, onJoin, onLost }: GroupEvents,
): GroupClient {
  const consumer: Consumer = kafka.consumer({
    groupId,
    minBytes: 1,
    maxWaitTimeInMs: settings.fetchWaitMs,
    sessionTimeout: settings.sessionTimeoutMs,
    rebalanceTimeout: settings.sessionTimeoutMs,
    heartbeatInterval: Math.floor(settings.sessionTimeoutMs / 10),
    allowAutoTopicCreation: false,
    // A consumer that gave up is replaced from outside, where its end is seen and bounded.
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5, restartOnFailure: async () => false },
  });
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => onJoin(ownedBy(payload)));
  consumer.on(consumer.events.CRASH, ({ payload }) => onLost(payload.error));

  return {
    async start() {
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 16,
        eachBatch: async (payload) => take(lanes, payload),
      });
    },
    source: (topic, partition) => ({
      seek: (offset) => consumer.seek({ topic, partition, offset: String(offset) }),
      pause: () => ifRunning(() => consumer.pause([{ topic, partitions: [partition] }])),
      resume: () => ifRunning(() => consumer.resume([{ topic, partitions: [partition] }])),
    }),
    commit: (positions) =>
      consumer.commitOffsets(positions.map((one) => ({ ...one, offset: String(one.offset) }))),
    close: () => consumer.disconnect(),
  };
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

/** kafkajs throws while it has no group; the lane is then about to end, and a new consumer begins unpaused. */
function ifRunning(act: () => void): void {
  try {
    act();
  } catch {}
}
