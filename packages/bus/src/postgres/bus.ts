import type { Clock, Logger } from '@yijie/runtime';
import type { Bus, Subscription } from '../bus.ts';
import { PublishQueue } from '../publish-queue.ts';
import { TopicOffsets } from '../topic-offsets.ts';
import { subscribeByPostgres } from './consumer.ts';
import { PostgresLog } from './log.ts';

export interface PostgresBusOptions {
  readonly connectionString: string;
  /** Schema of the bus' own tables, made when missing; also the name of its notification channel. */
  readonly schema: string;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Bound of a publish and of joining a group while the database is away. */
  readonly timeoutMs?: number | undefined;
  readonly waitingMax?: number | undefined;
}

const deleteEveryMs = 60_000;
const retryMs = 200;

/** The embedded bus: topics, records and groups in PostgreSQL, for trying the product without Kafka. */
export async function createPostgresBus(options: PostgresBusOptions): Promise<Bus> {
  const { clock, logger, connectionString, schema } = options;
  const timeoutMs = options.timeoutMs ?? 30_000;
  const log = new PostgresLog(connectionString, schema);
  await log.createTables();
  const closing = new AbortController();
  const counts = new Map<string, Promise<number>>();
  const subscriptions = new Set<Subscription>();

  function partitions(topic: string): Promise<number> {
    const known = counts.get(topic) ?? log.partitions(topic);
    counts.set(topic, known);
    known.catch(() => counts.delete(topic));
    return known;
  }

  /** Repeats what never reached the server. Anything else may have been stored, and repeating is the caller's choice. */
  async function whileAway<Result>(work: () => Promise<Result>): Promise<Result> {
    const deadline = clock.monotonic() + timeoutMs;
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!isAway(error) || clock.monotonic() + retryMs >= deadline) throw error;
        await clock.sleep(retryMs, closing.signal);
      }
    }
  }

  const queue = new PublishQueue({
    clock,
    timeoutMs,
    waitingMax: options.waitingMax ?? 100_000,
    partitions,
    send: (topic, records) => whileAway(() => log.append(topic, records)),
  });
  const offsets = new TopicOffsets((topic) => log.bounds(topic));
  const deleting = (async () => {
    while (!closing.signal.aborted) {
      try {
        while (await log.deleteOld());
      } catch (cause) {
        logger.warn('bus.retention-failed', { cause: cause as Error });
      }
      await clock.sleep(deleteEveryMs, closing.signal).catch(() => {});
    }
  })();

  return {
    partitions,
    async ensureTopics(topics) {
      for (const topic of topics) await log.ensureTopic(topic);
    },
    publish: (topic, records) => queue.publish(topic, records),
    async subscribe(subscriber) {
      const subscription = await subscribeByPostgres(
        {
          log,
          connectionString,
          schema,
          clock,
          logger,
          partitions,
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
    ping: () => log.ping(),
    async close() {
      if (closing.signal.aborted) return;
      await Promise.all([...subscriptions].map((subscription) => subscription.close()));
      subscriptions.clear();
      await queue.close();
      closing.abort();
      await deleting;
      await log.close();
    },
  };
}

/** Errors of connecting: refused, or a server that starts, stops or is full. */
function isAway(error: unknown): boolean {
  const code = (error as { readonly code?: unknown }).code;
  return typeof code === 'string' && ['ECONNREFUSED', 'ENOENT', '57P03', '53300'].includes(code);
}
