import type { Bus, PublishRecord, Subscription, TopicSpec } from '@yijie/bus';

export interface Published extends PublishRecord {
  readonly topic: string;
}

/** The bus as far as a sender needs it: remembers what is published, in order. */
export class RecordingBus implements Bus {
  readonly published: Published[] = [];

  async ensureTopics(_topics: readonly TopicSpec[]): Promise<void> {}

  async partitions(_topic: string): Promise<number> {
    return 6;
  }

  async publish(topic: string, records: readonly PublishRecord[]): Promise<void> {
    for (const record of records) this.published.push({ topic, ...record });
  }

  subscribe(): Promise<Subscription> {
    throw new Error('nobody reads from this bus');
  }

  async ping(): Promise<void> {}
  async close(): Promise<void> {}
}
