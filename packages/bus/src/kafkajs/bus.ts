import { connect as connectTcp } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { Clock, Logger } from '@yijie/runtime';
import { type Admin, type ISocketFactory, Kafka } from 'kafkajs';
import type { Bus, Subscription, TopicSpec } from '../bus.ts';
import { BusError } from '../bus-error.ts';
import { PublishQueue } from '../publish-queue.ts';
import { TopicOffsets } from '../topic-offsets.ts';
import { subscribeByKafkajs } from './consumer.ts';
import { kafkajsLog } from './log.ts';
import { createSender } from './producer.ts';

export interface KafkaBusOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly ssl?: ConnectionOptions | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Bound of a publish, of joining a group and of making topics while the brokers are away. */
  readonly timeoutMs?: number | undefined;
  /** How long an idle fetch waits at the broker. */
  readonly fetchWaitMs?: number | undefined;
  /** After this time without a sign of life the group gives a member's partitions to others. */
  readonly sessionTimeoutMs?: number | undefined;
  /** Records that may wait to be published. */
  readonly waitingMax?: number | undefined;
  /** Copies of each partition; undefined takes the brokers' default. */
  readonly replicationFactor?: number | undefined;
}

export const kafkaDefaults = {
  timeoutMs: 30_000,
  fetchWaitMs: 250,
  sessionTimeoutMs: 15_000,
  waitingMax: 100_000,
} as const;

const requestTimeoutMs = 10_000;

/** The default adapter: kafkajs with an idempotent producer. */
export function createKafkajsBus(options: KafkaBusOptions): Bus {
  const { clock, logger } = options;
  const timeoutMs = options.timeoutMs ?? kafkaDefaults.timeoutMs;
  const fetchWaitMs = options.fetchWaitMs ?? kafkaDefaults.fetchWaitMs;
  const sessionTimeoutMs = options.sessionTimeoutMs ?? kafkaDefaults.sessionTimeoutMs;
  // One retry a second once the pauses have grown; kafkajs counts attempts, not time.
  const retries = Math.ceil(timeoutMs / 1_000) + 4;
  const client = (attempts: number) =>
    new Kafka({
      clientId: options.clientId,
      brokers: [...options.brokers],
      socketFactory: socketFactory(options.ssl),
      ...(options.ssl === undefined ? {} : { ssl: options.ssl }),
      logCreator: kafkajsLog(logger),
      connectionTimeout: 3_000,
      requestTimeout: requestTimeoutMs,
      retry: { initialRetryTime: 100, multiplier: 2, maxRetryTime: 1_000, retries: attempts },
    });
  const kafka = client(retries);
  const impatient = client(0);
  const sender = createSender(kafka, retries);
  const counts = new Map<string, Promise<number>>();
  const subscriptions = new Set<Subscription>();

  async function withAdmin<Result>(work: (admin: Admin) => Promise<Result>, by = kafka): Promise<Result> {
    const admin = by.admin();
    try {
      await admin.connect();
      return await work(admin);
    } finally {
      await admin.disconnect().catch(() => {});
    }
  }

  function partitions(topic: string): Promise<number> {
    const known = counts.get(topic) ?? withAdmin((admin) => countPartitions(admin, topic));
    counts.set(topic, known);
    known.catch(() => counts.delete(topic));
    return known;
  }

  const queue = new PublishQueue({
    clock,
    timeoutMs,
    waitingMax: options.waitingMax ?? kafkaDefaults.waitingMax,
    partitions,
    send: (topic, records) => sender.send(topic, records),
  });
  const offsets = new TopicOffsets((topic) =>
    withAdmin(async (admin) =>
      (await admin.fetchTopicOffsets(topic)).map(({ partition, low, high }) => ({
        partition,
        earliest: BigInt(low),
        end: BigInt(high),
      })),
    ),
  );

  return {
    partitions,
    ensureTopics: (topics) => withAdmin((admin) => ensureTopics(admin, topics, options.replicationFactor)),
    publish: (topic, records) => queue.publish(topic, records),
    async subscribe(subscriber) {
      const subscription = await subscribeByKafkajs(
        {
          kafka,
          clock,
          logger,
          fetchWaitMs,
          sessionTimeoutMs,
          joinTimeoutMs: timeoutMs,
          bounds: (topic, partition) => offsets.bounds(topic, partition),
        },
        subscriber,
      );
      subscriptions.add(subscription);
      return {
        owned: (topic) => subscription.owned(topic),
        async close() {
          if (subscriptions.delete(subscription)) await subscription.close();
        },
      };
    },
    ping: () =>
      withAdmin(async (admin) => {
        await admin.describeCluster();
      }, impatient),
    async close() {
      await Promise.all([...subscriptions].map((subscription) => subscription.close()));
      subscriptions.clear();
      await queue.close();
      await sender.close();
    },
  };
}

async function countPartitions(admin: Admin, topic: string): Promise<number> {
  // Asking for the topic by name would be retried as if it were about to appear.
  if (!(await admin.listTopics()).includes(topic)) throw new BusError(`There is no topic ${topic}.`);
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  return topics.find((one) => one.name === topic)?.partitions.length ?? 0;
}

async function ensureTopics(
  admin: Admin,
  topics: readonly TopicSpec[],
  replicationFactor = -1,
): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = topics.filter(({ name }) => !existing.has(name));
  if (missing.length > 0) {
    await admin.createTopics({
      waitForLeaders: true,
      topics: missing.map(({ name, partitions, retentionMs }) => ({
        topic: name,
        numPartitions: partitions,
        replicationFactor,
        configEntries: [
          // The broker's clock, not the sender's, is the third clock when an expiry is judged.
          { name: 'message.timestamp.type', value: 'LogAppendTime' },
          ...(retentionMs === undefined ? [] : [{ name: 'retention.ms', value: String(retentionMs) }]),
        ],
      })),
    });
  }
  for (const { name, partitions } of topics) {
    const found = await countPartitions(admin, name);
    if (found === partitions) continue;
    throw new BusError(
      `${name} has ${found} partitions and should have ${partitions}. The number is fixed when a topic is made, as keys would change their partition.`,
    );
  }
}

/** Small requests go out at once: without this they can wait 40 ms for an acknowledgement of the one before. */
function socketFactory(ssl: ConnectionOptions | undefined): ISocketFactory {
  return ({ host, port, onConnect }) => {
    const socket =
      ssl === undefined
        ? connectTcp({ host, port }, onConnect)
        : connectTls({ servername: host, ...ssl, host, port }, onConnect);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 20_000);
    return socket;
  };
}
