import type { OutboxRelay } from '@yijie/exchange';
import type { Database } from '@yijie/postgres';
import { type Clock, type Logger, type Metrics, metric } from '@yijie/runtime';
import { oldestUnsealedMs } from '@yijie/security';

const EVERY_MS = 5_000;

/** Keeps the gauges that alarms watch: outbox, dead letters, parked persons, rows not sealed yet. */
export async function watchBacklogs(parts: {
  readonly database: Database;
  readonly relay: OutboxRelay;
  readonly chain: string;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { database, relay, chain, metrics, clock, logger, signal } = parts;
  const outboxRows = metrics.gauge(metric.outboxRows);
  outboxRows.onScrape(() => {
    const { rows, oldestMs } = relay.backlog();
    outboxRows.labels().set(rows);
    metrics
      .gauge(metric.outboxOldestSeconds)
      .labels()
      .set(oldestMs / 1_000);
  });
  while (!signal.aborted) {
    try {
      const { rows } = await database.query<Backlog>(backlog);
      const [now] = rows;
      if (now !== undefined) {
        metrics.gauge(metric.deadLetters).labels().set(now.dead_letters);
        metrics.gauge(metric.parkedPersons).labels().set(now.persons);
        metrics.gauge(metric.parkedOldestSeconds).labels().set(ageSeconds(clock, now.oldest_ms));
      }
      const unsealed = await oldestUnsealedMs(database, chain);
      metrics
        .gauge(metric.auditUnsealedSeconds)
        .labels()
        .set(ageSeconds(clock, unsealed ?? null));
    } catch (cause) {
      logger.warn('backlogs.not-read', { cause: cause as Error });
    }
    await clock.sleep(EVERY_MS, signal).catch(() => {});
  }
}

interface Backlog {
  readonly dead_letters: number;
  readonly persons: number;
  readonly oldest_ms: number | null;
}

const backlog = {
  name: 'home_backlog',
  sql: `SELECT (SELECT count(*)::int FROM exchange_dead_letter WHERE state = 'WAITING') AS dead_letters,
               (SELECT count(DISTINCT key)::int FROM exchange_parked) AS persons,
               (SELECT min(at_ms) FROM exchange_parked) AS oldest_ms`,
};

function ageSeconds(clock: Clock, sinceMs: number | null): number {
  return sinceMs === null ? 0 : Math.max(0, (clock.now() - sinceMs) / 1_000);
}
