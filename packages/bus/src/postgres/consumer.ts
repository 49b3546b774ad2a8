import type { Clock, Logger } from '@yijie/runtime';
import type { SubscribeOptions, Subscription } from '../bus.ts';
import { BusError } from '../bus-error.ts';
import type { LaneSource } from '../lane.ts';
import { Lanes, type Owned } from '../lanes.ts';
import type { PostgresLog, ReadPosition } from './log.ts';
import { Membership } from './membership.ts';

export interface PostgresConsumerOptions {
  readonly log: PostgresLog;
  readonly connectionString: string;
  readonly schema: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly joinTimeoutMs: number;
  partitions(topic: string): Promise<number>;
  bounds(topic: string, partition: number): ReturnType<LaneSource['bounds']>;
}

/** A notification can be lost with its connection; then reading is late by this much. */
const lookAgainMs = 1_000;
const firstPauseMs = 50;
const longestPauseMs = 2_000;

/** Reads all partitions of a subscription in one query whenever PostgreSQL tells that there is something new. */
export async function subscribeByPostgres(
  options: PostgresConsumerOptions,
  subscriber: SubscribeOptions,
): Promise<Subscription> {
  const { log, clock, logger } = options;
  const closing = new AbortController();
  const reading = new Map<string, { position: ReadPosition; paused: boolean }>();
  let news = true;
  let wake: () => void = () => {};
  const lookNow = () => {
    news = true;
    wake();
  };

  const lanes = new Lanes({
    subscriber,
    clock,
    logger,
    keepsPositions: true,
    source: (topic, partition) => {
      const name = `${topic}/${partition}`;
      const set = (paused: boolean) => {
        const found = reading.get(name);
        if (found !== undefined) reading.set(name, { ...found, paused });
        if (!paused) lookNow();
      };
      return {
        bounds: () => options.bounds(topic, partition),
        seek(offset) {
          reading.set(name, { position: { topic, partition, offset }, paused: false });
          lookNow();
        },
        pause: () => set(true),
        resume: () => set(false),
      };
    },
  });

  async function onChange(owned: Owned): Promise<void> {
    for (const [name, { position }] of reading) {
      if (!owned.get(position.topic)?.includes(position.partition)) reading.delete(name);
    }
    lanes.assign(owned);
    await lanes.othersEnded();
  }

  async function readLoop(): Promise<void> {
    let failures = 0;
    while (!closing.signal.aborted) {
      news = false;
      try {
        if (await readOnce()) news = true;
        failures = 0;
      } catch (cause) {
        const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** failures++);
        logger.warn('bus.read-failed', {
          group: subscriber.groupId,
          waitedMs: pauseMs,
          cause: cause as Error,
        });
        await clock.sleep(pauseMs, closing.signal).catch(() => {});
        news = true;
      }
      if (!news) await newsOrTime();
    }
  }

  /** True when something was read, so that there may be more. */
  async function readOnce(): Promise<boolean> {
    const wanted = [...reading.values()].filter(({ paused }) => !paused).map(({ position }) => position);
    if (wanted.length === 0) return false;
    const fetched = await log.read(wanted);
    for (const part of fetched) {
      const name = `${part.topic}/${part.partition}`;
      const found = reading.get(name);
      // The lane may have gone elsewhere while the query ran.
      if (found === undefined || found.position.offset !== part.readFrom) continue;
      if (lanes.lane(part.topic, part.partition)?.offer(part) !== true) continue;
      const now = reading.get(name);
      if (now !== undefined)
        reading.set(name, { ...now, position: { ...now.position, offset: part.nextOffset } });
    }
    return fetched.length > 0;
  }

  async function newsOrTime(): Promise<void> {
    const waiting = new AbortController();
    const told = new Promise<void>((resolve) => {
      wake = resolve;
    });
    await Promise.race([told, clock.sleep(lookAgainMs, waiting.signal).catch(() => {})]);
    waiting.abort();
  }

  const membership = new Membership({
    ...options,
    groupId: subscriber.groupId,
    topics: subscriber.topics,
    onChange,
    onRecords: lookNow,
  });
  const looping = readLoop();

  async function close(): Promise<void> {
    await lanes.finish();
    await membership.close();
    closing.abort();
    lookNow();
    await looping;
  }

  const tooLate = new BusError(
    `${subscriber.groupId} could not join its group within ${options.joinTimeoutMs} ms.`,
  );
  let cancelTimeout: () => void = () => {};
  const timeout = new Promise<never>((_, reject) => {
    cancelTimeout = clock.after(options.joinTimeoutMs, () => reject(tooLate));
  });
  try {
    await Promise.race([membership.joined, timeout]);
  } catch (error) {
    await close();
    throw error;
  } finally {
    cancelTimeout();
  }
  return { owned: (topic) => lanes.owned(topic), close };
}
