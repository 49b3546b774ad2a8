import type { Clock, Logger } from '@yijie/runtime';
import type { ReceivedRecord, SubscribeOptions } from './bus.ts';

/** What one fetch brought for a partition. */
export interface Fetched {
  /** The offset that was asked for. */
  readonly readFrom: bigint;
  /** Where the next fetch goes on; past the last record, also when the log has gaps. */
  readonly nextOffset: bigint;
  readonly highWatermark: bigint;
  readonly records: readonly ReceivedRecord[];
}

/** The reading side of an adapter, as one partition sees it. */
export interface LaneSource {
  /** The offsets of the earliest record kept and of the next record to come. */
  bounds(): Promise<{ readonly earliest: bigint; readonly end: bigint }>;
  /** Makes the next fetch ask for this offset. */
  seek(offset: bigint): void;
  pause(): void;
  resume(): void;
}

export interface LaneOptions {
  readonly topic: string;
  readonly partition: number;
  readonly subscriber: Pick<SubscribeOptions, 'startOffset' | 'onBatch'>;
  readonly source: LaneSource;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The lane that read this partition before and may still be busy with its last batch. */
  readonly after: Promise<void>;
}

const deliveredMax = 1_000;
const bufferedRecordsMax = 2_000;
const bufferedBytesMax = 2_000_000;
const firstPauseMs = 50;
const longestPauseMs = 5_000;

/**
 * One assigned partition: asks the subscriber where to begin, hands over one batch at a time, and goes back to that
 * place when the subscriber rejects. Records that were fetched from anywhere but the expected offset are dropped.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #closing = new AbortController();
  readonly ended: Promise<void>;
  /** Where the next fetch must have read from; undefined while the beginning is looked up. */
  #expected: bigint | undefined;
  /** The offset after the last record that the subscriber has handled. */
  #handled: bigint | undefined;
  #records: ReceivedRecord[] = [];
  #bytes = 0;
  #highWatermark = 0n;
  #paused = false;
  #failures = 0;
  #wake: () => void = () => {};

  constructor(options: LaneOptions) {
    this.#options = options;
    this.ended = this.#run();
  }

  /** Offset to commit: everything before it was handled. */
  get handled(): bigint | undefined {
    return this.#handled;
  }

  /** Takes what was fetched; false means that it isn't wanted and the fetch position must stay. */
  offer(fetched: Fetched): boolean {
    if (this.#expected === undefined || this.#closing.signal.aborted) return false;
    if (fetched.readFrom !== this.#expected) {
      // The client went ahead by itself, for instance because the log's beginning was deleted meanwhile.
      if (fetched.readFrom > this.#expected) this.beginAgain();
      return false;
    }
    this.#expected = fetched.nextOffset;
    this.#highWatermark = fetched.highWatermark;
    for (const record of fetched.records) {
      this.#records.push(record);
      this.#bytes += record.value.length;
    }
    if (this.#isFull()) this.#pause();
    this.#wake();
    return true;
  }

  /** Drops what is buffered and asks again where to begin, once the batch in hand is done. */
  beginAgain(): void {
    this.#expected = undefined;
    this.#records = [];
    this.#bytes = 0;
    this.#wake();
  }

  /** Resolves when the batch in hand is done; nothing is handed over after it. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake();
    await this.ended;
  }

  async #run(): Promise<void> {
    await this.#options.after;
    while (!this.#closing.signal.aborted) {
      try {
        if (this.#expected === undefined) await this.#begin();
        else if (this.#records.length > 0) await this.#deliver();
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      } catch (error) {
        await this.#recover(error);
      }
    }
  }

  async #begin(): Promise<void> {
    const { topic, partition, subscriber, source, logger } = this.#options;
    const wanted = (await subscriber.startOffset(topic, partition)) ?? this.#handled;
    const { earliest, end } = await source.bounds();
    if (this.#closing.signal.aborted) return;
    let from = wanted ?? earliest;
    if (from < earliest || from > end) {
      // Records were deleted before they were read, or the log is younger than the database. Reading all that is
      // kept repeats some, which the inbox answers, and skips none.
      logger.error('bus.position-outside-log', {
        topic,
        partition,
        offset: String(from),
        limit: String(end),
      });
      from = earliest;
    }
    this.#highWatermark = end;
    this.#expected = from;
    source.seek(from);
    this.#resume();
  }

  async #deliver(): Promise<void> {
    const { topic, partition, subscriber } = this.#options;
    const records = this.#records.splice(0, deliveredMax);
    for (const record of records) this.#bytes -= record.value.length;
    const last = records.at(-1);
    if (last === undefined) return;
    await subscriber.onBatch({ topic, partition, records, highWatermark: this.#highWatermark });
    this.#handled = last.offset + 1n;
    this.#failures = 0;
    if (!this.#isFull()) this.#resume();
  }

  async #recover(error: unknown): Promise<void> {
    const { topic, partition, clock, logger } = this.#options;
    this.#failures += 1;
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (this.#failures - 1));
    const cause = error instanceof Error ? error : new Error(String(error));
    logger.warn('bus.delivery-failed', {
      topic,
      partition,
      attempt: this.#failures,
      waitedMs: pauseMs,
      cause,
    });
    this.beginAgain();
    this.#pause();
    await clock.sleep(pauseMs, this.#closing.signal).catch(() => {});
  }

  #isFull(): boolean {
    return this.#records.length >= bufferedRecordsMax || this.#bytes >= bufferedBytesMax;
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#options.source.pause();
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#options.source.resume();
  }
}
