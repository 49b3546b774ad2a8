import type { Clock, Logger } from '@yijie/runtime';
import type { SubscribeOptions, Subscription } from '../bus.ts';
import { BusError } from '../bus-error.ts';
import type { LaneSource } from '../lane.ts';
import { Lanes, type Owned } from '../lanes.ts';
import { ReadPositions } from '../read-positions.ts';
import { WakeUp } from '../wake-up.ts';
import type { PostgresLog } from './log.ts';
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
  const news = new WakeUp();
  const positions = new ReadPositions(() => news.now());
  const lanes = new Lanes({
    subscriber,
    clock,
    logger,
    keepsPositions: true,
    source: (topic, partition) => ({
      ...positions.source(topic, partition),
      bounds: () => options.bounds(topic, partition),
    }),
  });

  async function onChange(owned: Owned): Promise<void> {
    positions.keepOnly(owned);
    lanes.assign(owned);
    await lanes.othersEnded();
  }

  async function readLoop(): Promise<void> {
    let failures = 0;
    while (!closing.signal.aborted) {
      try {
        const isMorePossible = await readOnce();
        failures = 0;
        if (!isMorePossible) await news.wait(clock, lookAgainMs);
      } catch (cause) {
        const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** failures++);
        logger.warn('bus.read-failed', {
          group: subscriber.groupId,
          waitedMs: pauseMs,
          cause: cause as Error,
        });
        await clock.sleep(pauseMs, closing.signal).catch(() => {});
      }
    }
  }

  async function readOnce(): Promise<boolean> {
    const wanted = positions.wanted();
    if (wanted.length === 0) return false;
    const fetched = await log.read(wanted);
    for (const part of fetched) positions.deliver(part, lanes);
    return fetched.length > 0;
  }

  const membership = new Membership({
    ...options,
    groupId: subscriber.groupId,
    topics: subscriber.topics,
    onChange,
    onRecords: () => news.now(),
  });
  const looping = readLoop();

  async function close(): Promise<void> {
    await lanes.finish();
    await membership.close();
    closing.abort();
    news.now();
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
