import type { Clock, Logger } from '@yijie/runtime';
import type { SubscribeOptions, Subscription } from './bus.ts';
import { BusError } from './bus-error.ts';
import type { LaneSource } from './lane.ts';
import { type HandledPosition, Lanes, type Owned } from './lanes.ts';

/** One membership of a consumer group, in the words of a Kafka client; good for one life. */
export interface GroupClient {
  /** Connects and joins. `onJoin` may come before this resolves. */
  start(): Promise<void>;
  /** How a partition is read. Calls after the end of this client do nothing. */
  source(topic: string, partition: number): Omit<LaneSource, 'bounds'>;
  commit(positions: readonly HandledPosition[]): Promise<void>;
  /** Leaves the group. */
  close(): Promise<void>;
}

export interface GroupEvents {
  readonly lanes: Lanes;
  /** The group gave these partitions. */
  onJoin(owned: Owned): void;
  /** The client gave up and is of no more use. */
  onLost(cause: Error): void;
}

export interface GroupOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly joinTimeoutMs: number;
  open(events: GroupEvents): GroupClient;
  bounds(topic: string, partition: number): ReturnType<LaneSource['bounds']>;
}

const commitEveryMs = 1_000;
const firstRestartMs = 100;
const longestRestartMs = 2_000;

/** Keeps a subscription alive over the lives of its clients: joins, joins again, commits, leaves. */
export async function subscribeAsGroup(
  options: GroupOptions,
  subscriber: SubscribeOptions,
): Promise<Subscription> {
  const { clock, logger } = options;
  const group = subscriber.groupId;
  const closing = new AbortController();
  let client: GroupClient | undefined;

  const lanes = new Lanes({
    subscriber,
    clock,
    logger,
    source: (topic, partition) => ({
      bounds: () => options.bounds(topic, partition),
      seek: (offset) => client?.source(topic, partition).seek(offset),
      pause: () => client?.source(topic, partition).pause(),
      resume: () => client?.source(topic, partition).resume(),
    }),
  });

  let hasJoined: () => void = () => {};
  const joined = new Promise<void>((resolve) => {
    hasJoined = resolve;
  });

  async function start(): Promise<void> {
    const opened: GroupClient = options.open({
      lanes,
      onJoin(owned) {
        if (opened !== client || closing.signal.aborted) return;
        lanes.assign(owned);
        hasJoined();
      },
      onLost(cause) {
        if (opened === client) restart(cause);
      },
    });
    client = opened;
    await opened.start();
  }

  async function leave(): Promise<void> {
    const leaving = client;
    client = undefined;
    await leaving?.close().catch(() => {});
  }

  let restarting: Promise<void> | undefined;
  function restart(cause: Error): void {
    if (closing.signal.aborted) return;
    restarting ??= startAgain(cause).finally(() => {
      restarting = undefined;
    });
  }

  async function startAgain(first: Error): Promise<void> {
    // Until the group is joined again, others may own the partitions.
    lanes.assign(new Map());
    let cause = first;
    for (
      let pauseMs = firstRestartMs;
      !closing.signal.aborted;
      pauseMs = Math.min(pauseMs * 2, longestRestartMs)
    ) {
      logger.warn('bus.membership-lost', { group, cause, waitedMs: pauseMs });
      await leave();
      try {
        await clock.sleep(pauseMs, closing.signal);
        await start();
        return;
      } catch (error) {
        cause = error as Error;
      }
    }
  }

  async function commit(): Promise<void> {
    const positions = lanes.uncommitted();
    if (positions.length === 0 || client === undefined) return;
    await client.commit(positions);
    lanes.committed(positions);
  }

  const committing = (async () => {
    while (!closing.signal.aborted) {
      await clock.sleep(commitEveryMs, closing.signal).catch(() => {});
      // The broker's offsets are for lag monitors; the subscriber's own decide. A rebalance may refuse them.
      await commit().catch((cause: Error) => logger.debug('bus.commit-failed', { group, cause }));
    }
  })();

  async function close(): Promise<void> {
    closing.abort(new BusError('The subscription is closed.'));
    await lanes.finish();
    await committing;
    await commit().catch(() => {});
    await restarting;
    await leave();
  }

  const tooLate = new BusError(`${group} could not join its group within ${options.joinTimeoutMs} ms.`);
  const cancelTimeout = clock.after(options.joinTimeoutMs, () => closing.abort(tooLate));
  start().catch(restart);
  try {
    await Promise.race([joined, aborted(closing.signal)]);
  } catch (error) {
    await close();
    throw error;
  } finally {
    cancelTimeout();
  }
  return { owned: (topic) => lanes.owned(topic), close };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
