import type { Clock } from '@yijie/runtime';
import type { PublishRecord } from './bus.ts';
import { BusError } from './bus-error.ts';
import { partitionOf } from './partition.ts';

export interface PlacedRecord extends PublishRecord {
  readonly partition: number;
}

export interface PublishQueueOptions {
  readonly clock: Clock;
  /** A publish that isn't durable after this time is rejected. */
  readonly timeoutMs: number;
  /** Records waiting in all topics together; beyond it a publish is rejected at once. */
  readonly waitingMax: number;
  partitions(topic: string): Promise<number>;
  /** Resolves when the records are durable. Called for one topic only after its earlier call has ended. */
  send(topic: string, records: readonly PlacedRecord[]): Promise<void>;
}

/** Records of one partition in one send: Kafka refuses a batch of more than 1 MiB. */
const partitionBytesMax = 900_000;
const sendBytesMax = 8_000_000;
/** Headers, length fields and record overhead, generously. */
const overheadBytes = 100;

interface Call {
  left: number;
  resolve(): void;
  reject(error: Error): void;
}

interface Waiting {
  readonly record: PlacedRecord;
  readonly call: Call;
}

interface Lane {
  waiting: Waiting[];
  sending: Promise<void> | undefined;
}

/**
 * One send in flight per topic; what arrives meanwhile goes out together as the next one. So order holds in each
 * partition, and batches grow with the load. When a send fails, everything that waits behind it in that topic is
 * rejected too: a later record must not overtake an earlier one that its caller will publish again.
 */
export class PublishQueue {
  readonly #options: PublishQueueOptions;
  readonly #lanes = new Map<string, Lane>();
  #waiting = 0;
  #closed = false;

  constructor(options: PublishQueueOptions) {
    this.#options = options;
  }

  async publish(topic: string, records: readonly PublishRecord[]): Promise<void> {
    if (this.#closed) throw new BusError('The bus is closed.');
    if (records.length === 0) return;
    if (this.#waiting + records.length > this.#options.waitingMax) {
      throw new BusError(
        `${this.#waiting} records wait to be published already: the bus is slower than its callers.`,
      );
    }
    this.#waiting += records.length;
    try {
      await this.#withinTimeout(topic, records);
    } finally {
      this.#waiting -= records.length;
    }
  }

  /** Refuses new records and resolves when the last accepted one is durable or rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const lane of this.#lanes.values()) {
      while (lane.sending !== undefined) await lane.sending;
    }
  }

  #withinTimeout(topic: string, records: readonly PublishRecord[]): Promise<void> {
    const { timeoutMs, clock } = this.#options;
    return new Promise((resolve, reject) => {
      const cancel = clock.after(timeoutMs, () => {
        const error = new BusError(
          `${records.length} records for ${topic} weren't acknowledged within ${timeoutMs} ms.`,
        );
        this.#rejectWaiting(topic, error);
        settle(() => reject(error));
      });
      const settle = (how: () => void) => {
        cancel();
        how();
      };
      const call: Call = {
        left: records.length,
        resolve: () => settle(resolve),
        reject: (error) => settle(() => reject(error)),
      };
      this.#options
        .partitions(topic)
        .then((partitions) => this.#enqueue(topic, partitions, records, call), call.reject);
    });
  }

  #enqueue(topic: string, partitions: number, records: readonly PublishRecord[], call: Call): void {
    const lane = this.#lanes.get(topic) ?? { waiting: [], sending: undefined };
    this.#lanes.set(topic, lane);
    for (const record of records) {
      const partition = record.partition ?? partitionOf(record.key, partitions);
      if (partition < 0 || partition >= partitions) {
        call.reject(new BusError(`${topic} has no partition ${partition}: it has ${partitions}.`));
        return;
      }
    }
    for (const record of records) {
      const partition = record.partition ?? partitionOf(record.key, partitions);
      lane.waiting.push({ record: { ...record, partition }, call });
    }
    if (lane.sending === undefined) this.#sendNext(topic, lane);
  }

  #sendNext(topic: string, lane: Lane): void {
    const round = takeRound(lane);
    if (round.length === 0) return;
    lane.sending = this.#options
      .send(
        topic,
        round.map(({ record }) => record),
      )
      .then(
        () => acknowledge(round),
        (cause: Error) => {
          const error = new BusError(`Publishing to ${topic} failed: ${cause.message}`, { cause });
          for (const { call } of round) call.reject(error);
          this.#rejectWaiting(topic, error);
        },
      )
      .finally(() => {
        lane.sending = undefined;
        this.#sendNext(topic, lane);
      });
  }

  #rejectWaiting(topic: string, error: Error): void {
    const lane = this.#lanes.get(topic);
    if (lane === undefined) return;
    const rejected = lane.waiting;
    lane.waiting = [];
    for (const { call } of rejected) call.reject(error);
  }
}

function acknowledge(round: readonly Waiting[]): void {
  for (const { call } of round) {
    call.left -= 1;
    if (call.left === 0) call.resolve();
  }
}

/** From the front as much as one send may hold. At least one record: one that is too large is the broker's to refuse. */
function takeRound(lane: Lane): readonly Waiting[] {
  const bytesOf = new Map<number, number>();
  let total = 0;
  let count = 0;
  for (const { record } of lane.waiting) {
    const size = record.value.length + record.key.length * 3 + overheadBytes;
    const inPartition = (bytesOf.get(record.partition) ?? 0) + size;
    total += size;
    if (count > 0 && (inPartition > partitionBytesMax || total > sendBytesMax)) break;
    bytesOf.set(record.partition, inPartition);
    count += 1;
  }
  return lane.waiting.splice(0, count);
}
