import { connect as connectTcp } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { Clock } from '@yijie/runtime';
import { type Admin, type ISocketFactory, Kafka } from 'kafkajs';
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
import { openKafkajsConsumer } from './consumer.ts';
import { kafkajsLog } from './log.ts';
import { openKafkajsProducer } from './producer.ts';

/** The default adapter: kafkajs with an idempotent producer. */
export function createKafkajsBus(options: KafkaBusOptions): Bus {
  const retries = retriesWithin(options.timeoutMs ?? kafkaDefaults.timeoutMs);
  const client = (attempts: number) =>
    new Kafka({
      clientId: options.clientId,
      brokers: [...options.brokers],
      socketFactory: socketFactory(options.ssl),
      ...(options.ssl === undefined ? {} : { ssl: options.ssl }),
      logCreator: kafkajsLog(options.logger),
      connectionTimeout: connectTimeoutMs,
      requestTimeout: requestTimeoutMs,
      retry: {
        initialRetryTime: firstRetryMs,
        multiplier: 2,
        maxRetryTime: longestRetryMs,
        retries: attempts,
      },
    });
  const kafka = client(retries);
  const impatient = client(0);
  const settings = {
    fetchWaitMs: options.fetchWaitMs ?? kafkaDefaults.fetchWaitMs,
    sessionTimeoutMs: options.sessionTimeoutMs ?? kafkaDefaults.sessionTimeoutMs,
  };

  return createKafkaBus(options, {
    ensureTopics: (topics) =>
      withAdmin(kafka, (admin) => ensureTopics(admin, topics, options.clock, options.replicationFactor)),
    partitions: (topic) => withAdmin(kafka, (admin) => countPartitions(admin, topic)),
    bounds: (topic) =>
      withAdmin(kafka, async (admin) =>
        (await admin.fetchTopicOffsets(topic)).map(({ partition, low, high }) => ({
          partition,
          earliest: BigInt(low),
          end: BigInt(high),
        })),
      ),
    openProducer: () => openKafkajsProducer(kafka, retries),
    openConsumer: (subscriber, events) => openKafkajsConsumer(kafka, settings, subscriber, events),
    ping: () =>
      withAdmin(impatient, async (admin) => {
        await admin.describeCluster();
      }),
  });
}

async function withAdmin<Result>(kafka: Kafka, work: (admin: Admin) => Promise<Result>): Promise<Result> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => {});
  }
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
  clock: Clock,
  replicationFactor = -1,
): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = topics.filter(({ name }) => !existing.has(name));
  if (missing.length > 0) {
    await admin
      .createTopics({
        waitForLeaders: true,
        topics: missing.map(({ name, partitions, retentionMs }) => ({
          topic: name,
          numPartitions: partitions,
          replicationFactor,
          configEntries: topicSettings(retentionMs),
        })),
      })
      .catch((error) => {
        if (!isUnknownTopic(error)) throw error;
      });
    await visible(
      admin,
      missing.map(({ name }) => name),
      clock,
    );
  }
  for (const topic of topics) checkPartitions(topic, await countPartitions(admin, topic.name));
}

const VISIBLE_WITHIN_MS = 10_000;
const VISIBLE_AGAIN_MS = 50;

/** The controller has made the topics; a busy broker hears of them, and the client of their leaders, a moment later. */
async function visible(admin: Admin, topics: string[], clock: Clock): Promise<void> {
  const deadline = clock.monotonic() + VISIBLE_WITHIN_MS;
  for (;;) {
    try {
      await admin.fetchTopicMetadata({ topics });
      return;
    } catch (error) {
      if (!isUnknownTopic(error) || clock.monotonic() >= deadline) throw error;
    }
    await clock.sleep(VISIBLE_AGAIN_MS);
  }
}

function isUnknownTopic(error: unknown): boolean {
  return (error as { readonly type?: string }).type === 'UNKNOWN_TOPIC_OR_PARTITION';
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
