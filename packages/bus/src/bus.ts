/**
 * The one interface over Kafka clients and the embedded bus on PostgreSQL (decisions 3, 9 and 13).
 *
 * Delivery: at least once, in order per partition. The adapter keeps one batch in flight per partition and never
 * starts the next one before the handler's promise is resolved. When the handler rejects, the same records are
 * delivered again after a pause, from the position that `startOffset` gives. Exactly-once effects are the
 * handler's matter: it stores the offset in the transaction that stores the effects, and `startOffset` reads it
 * back, so the database and not the broker decides where reading goes on.
 */

export interface BusRecord {
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, Uint8Array>>;
}

export interface PublishRecord extends BusRecord {
  /** Chosen partition; undefined lets the key choose (murmur2, the same on every adapter). */
  readonly partition?: number | undefined;
}

export interface ReceivedRecord extends BusRecord {
  readonly offset: bigint;
  /** Append time in ms as the bus recorded it. */
  readonly timestampMs: number;
}

export interface ReceivedBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly ReceivedRecord[];
  /** The next offset the log will give, as far as known: lag = highWatermark − last offset − 1. */
  readonly highWatermark: bigint;
}

export interface SubscribeOptions {
  readonly topics: readonly string[];
  readonly groupId: string;
  /** Where to begin in a partition that was just assigned; undefined begins at the earliest record kept. */
  startOffset(topic: string, partition: number): Promise<bigint | undefined>;
  onBatch(batch: ReceivedBatch): Promise<void>;
  /** Called after each change with the partitions now owned, by topic. */
  onAssignment?(owned: ReadonlyMap<string, readonly number[]>): void;
}

export interface Subscription {
  /** Partitions owned at this moment. */
  owned(topic: string): readonly number[];
  /** Lets the batches in flight finish, then leaves. */
  close(): Promise<void>;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly retentionMs?: number | undefined;
}

export interface Bus {
  /** Creates what is missing; a topic that exists with another number of partitions is an error. */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  partitions(topic: string): Promise<number>;
  /**
   * Resolves when every record is durable (acks=all). Records of one call that share a partition keep their order,
   * and a second call for the same topic isn't started by the caller before the first has ended when order matters.
   */
  publish(topic: string, records: readonly PublishRecord[]): Promise<void>;
  /** Resolves once the subscription has joined and owns its partitions. */
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** Resolves when the bus answers; rejects with the cause. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
