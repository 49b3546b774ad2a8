import { Admin, type BaseOptions, ListOffsetTimestamps } from '@platformatic/kafka';
import type { Bus, TopicSpec } from '../bus.ts';
import { BusError } from '../bus-error.ts';
import { createKafkaBus } from '../kafka-bus.ts';
import {
  connectTimeoutMs,
  firstRetryMs,
  type KafkaBusOptions,
  kafkaDefaults,
  longestRetryMs,
  requestTimeoutMs,
  retriesWithin,
  topicSettings,
} from '../kafka-options.ts';
import { checkPartitions } from '../topic-check.ts';
import type { PartitionBounds } from '../topic-offsets.ts';
import { openPlatformaticConsumer } from './consumer.ts';
import { openPlatformaticProducer } from './producer.ts';

const visibleAgainMs = 20;

/** The second adapter: @platformatic/kafka. Its group membership is used; reading is a loop of our own. */
export function createPlatformaticBus(options: KafkaBusOptions): Bus {
  const timeoutMs = options.timeoutMs ?? kafkaDefaults.timeoutMs;
  const base: BaseOptions = {
    clientId: options.clientId,
    bootstrapBrokers: [...options.brokers],
    ...(options.ssl === undefined ? {} : { tls: options.ssl }),
    connectTimeout: connectTimeoutMs,
    requestTimeout: requestTimeoutMs,
    timeout: requestTimeoutMs,
    retries: retriesWithin(timeoutMs),
    retryDelay: (_client, _operation, attempt) => Math.min(firstRetryMs * 2 ** attempt, longestRetryMs),
    autocreateTopics: false,
  };
  const settings = {
    fetchWaitMs: options.fetchWaitMs ?? kafkaDefaults.fetchWaitMs,
    sessionTimeoutMs: options.sessionTimeoutMs ?? kafkaDefaults.sessionTimeoutMs,
    clock: options.clock,
    logger: options.logger,
  };

  return createKafkaBus(options, {
    ensureTopics: (topics) =>
      withAdmin(base, (admin) => ensureTopics(admin, topics, { ...options, timeoutMs })),
    partitions: (topic) => withAdmin(base, (admin) => countPartitions(admin, topic)),
    bounds: (topic) => withAdmin(base, (admin) => bounds(admin, topic)),
    openProducer: () => openPlatformaticProducer(base),
    openConsumer: (subscriber, events) => openPlatformaticConsumer(base, settings, subscriber, events),
    ping: () =>
      withAdmin({ ...base, retries: 0 }, async (admin) => {
        await admin.listTopics();
      }),
  });
}

async function withAdmin<Result>(
  options: BaseOptions,
  work: (admin: Admin) => Promise<Result>,
): Promise<Result> {
  const admin = new Admin(options);
  admin.on('error', () => {});
  try {
    return await work(admin);
  } finally {
    await admin.close().catch(() => {});
  }
}

async function countPartitions(admin: Admin, topic: string): Promise<number> {
  if (!(await admin.listTopics()).includes(topic)) throw new BusError(`There is no topic ${topic}.`);
  const { topics } = await admin.metadata({ topics: [topic] });
  return topics.get(topic)?.partitionsCount ?? 0;
}

async function ensureTopics(
  admin: Admin,
  topics: readonly TopicSpec[],
  { replicationFactor, clock, timeoutMs }: KafkaBusOptions & { readonly timeoutMs: number },
): Promise<void> {
  const deadline = clock.monotonic() + timeoutMs;
  const existing = new Set(await admin.listTopics());
  for (const { name, partitions, retentionMs } of topics) {
    if (existing.has(name)) continue;
    const topic = { topic: name, partitions, replicas: replicationFactor ?? -1 };
    await admin
      .createTopics({ topics: [topic], configs: topicSettings(retentionMs) })
      .catch(async (error) => {
        // Services that start together make their common topics at the same time; the first one's holds.
        if (!(await admin.listTopics()).includes(name)) throw error;
      });
    // The controller has made it; the brokers learn of it and of its leaders a moment later.
    while (!(await hasLeaders(admin, name)) && clock.monotonic() < deadline)
      await clock.sleep(visibleAgainMs);
  }
  for (const topic of topics) checkPartitions(topic, await countPartitions(admin, topic.name));
}

async function hasLeaders(admin: Admin, topic: string): Promise<boolean> {
  if (!(await admin.listTopics()).includes(topic)) return false;
  const { topics } = await admin.metadata({ topics: [topic], forceUpdate: true });
  return topics.get(topic)?.partitions.every(({ leader }) => leader >= 0) === true;
}

async function bounds(admin: Admin, topic: string): Promise<readonly PartitionBounds[]> {
  const count = await countPartitions(admin, topic);
  const at = async (timestamp: bigint): Promise<ReadonlyMap<number, bigint>> => {
    const partitions = Array.from({ length: count }, (_, partitionIndex) => ({ partitionIndex, timestamp }));
    const [listed] = await admin.listOffsets({ topics: [{ name: topic, partitions }] });
    return new Map(listed?.partitions.map(({ partitionIndex, offset }) => [partitionIndex, offset]));
  };
  const [earliest, end] = await Promise.all([
    at(ListOffsetTimestamps.EARLIEST),
    at(ListOffsetTimestamps.LATEST),
  ]);
  return Array.from({ length: count }, (_, partition) => ({
    partition,
    earliest: earliest.get(partition) ?? 0n,
    end: end.get(partition) ?? 0n,
  }));
}
