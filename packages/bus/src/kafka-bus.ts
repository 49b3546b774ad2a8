import type { Bus, SubscribeOptions, Subscription, TopicSpec } from './bus.ts';
import { type GroupClient, type GroupEvents, subscribeAsGroup } from './group-subscription.ts';
import { type KafkaBusOptions, kafkaDefaults } from './kafka-options.ts';
import { PublishQueue } from './publish-queue.ts';
import { type IdempotentProducer, ReplaceableSender } from './replaceable-sender.ts';
import { type PartitionBounds, TopicOffsets } from './topic-offsets.ts';

/** What a Kafka client must be able to do; the rest of a bus is the same for all of them. */
export interface KafkaClient {
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  partitions(topic: string): Promise<number>;
  bounds(topic: string): Promise<readonly PartitionBounds[]>;
  openProducer(): IdempotentProducer;
  openConsumer(subscriber: SubscribeOptions, events: GroupEvents): GroupClient;
  ping(): Promise<void>;
}

export function createKafkaBus(options: KafkaBusOptions, client: KafkaClient): Bus {
  const { clock, logger } = options;
  const timeoutMs = options.timeoutMs ?? kafkaDefaults.timeoutMs;
  const counts = new Map<string, Promise<number>>();
  const subscriptions = new Set<Subscription>();
  const sender = new ReplaceableSender(() => client.openProducer());
  const offsets = new TopicOffsets((topic) => client.bounds(topic));

  /** Asked once: the number is fixed when a topic is made. */
  function partitions(topic: string): Promise<number> {
    const known = counts.get(topic) ?? client.partitions(topic);
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

  return {
    partitions,
    ensureTopics: (topics) => client.ensureTopics(topics),
    publish: (topic, records) => queue.publish(topic, records),
    async subscribe(subscriber) {
      const subscription = await subscribeAsGroup(
        {
          clock,
          logger,
          joinTimeoutMs: timeoutMs,
          open: (events) => client.openConsumer(subscriber, events),
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
    ping: () => client.ping(),
    async close() {
      await Promise.all([...subscriptions].map((subscription) => subscription.close()));
      subscriptions.clear();
      await queue.close();
      await sender.close();
    },
  };
}
