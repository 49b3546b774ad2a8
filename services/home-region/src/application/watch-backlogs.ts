import { localDateAt } from '@yijie/calendar';
import type { OutboxRelay } from '@yijie/exchange';
import type { Database } from '@yijie/postgres';
import { type Clock, type Logger, type Metrics, metric } from '@yijie/runtime';
import { oldestUnsealedMs } from '@yijie/security';
import { overdueFilings } from '../core/filing/overdue-filings.ts';
import { overdueClaims } from '../repositories/claims/reimbursement-rows.ts';
import { filingBacklog } from '../repositories/filing/filing-backlog.ts';

export interface WatchParts {
  readonly database: Database;
  readonly relay: OutboxRelay;
  /** Messages waiting for the bus from which nothing new is read. */
  readonly outboxRowsMax: number;
  readonly chain: string;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const EVERY_MS = 5_000;
const FILINGS_EVERY_MS = 5 * 60_000;

/** Keeps the gauges that alarms watch: outbox, dead letters, parked persons, rows not sealed yet, filings, clocks. */
export async function watchBacklogs(parts: WatchParts): Promise<void> {
  watchOutbox(parts);
  await Promise.all([
    every(parts, EVERY_MS, readExchange),
    every(parts, EVERY_MS, readAudit),
    every(parts, FILINGS_EVERY_MS, readFilings),
    every(parts, FILINGS_EVERY_MS, readClaims),
  ]);
}

async function every(
  parts: WatchParts,
  everyMs: number,
  read: (parts: WatchParts) => Promise<void>,
): Promise<void> {
  const { clock, logger, signal } = parts;
  while (!signal.aborted) {
    await read(parts).catch((cause: Error) => logger.warn('backlog.not-read', { cause }));
    await clock.sleep(everyMs, signal).catch(() => {});
  }
}

function watchOutbox({ relay, outboxRowsMax, metrics }: WatchParts): void {
  metrics.gauge(metric.outboxRowsLimit).labels().set(outboxRowsMax);
  const rowsGauge = metrics.gauge(metric.outboxRows);
  const oldest = metrics.gauge(metric.outboxOldestSeconds).labels();
  rowsGauge.onScrape(() => {
    const { rows, oldestMs } = relay.backlog();
    rowsGauge.labels().set(rows);
    oldest.set(oldestMs / 1_000);
  });
}

interface ExchangeBacklog {
  readonly dead_letters: number;
  readonly persons: number;
  readonly oldest_ms: number | null;
  readonly server_ms: number;
}

const exchangeBacklog = {
  name: 'home_exchange_backlog',
  sql: `SELECT (SELECT count(*)::int FROM exchange_dead_letter WHERE state = 'WAITING') AS dead_letters,
               (SELECT count(DISTINCT key)::int FROM exchange_parked) AS persons,
               (SELECT min(at_ms) FROM exchange_parked) AS oldest_ms,
               (extract(epoch FROM clock_timestamp()) * 1000)::int8 AS server_ms`,
};

async function readExchange({ database, metrics, clock }: WatchParts): Promise<void> {
  const { rows } = await database.query<ExchangeBacklog>(exchangeBacklog);
  const [now] = rows;
  if (now === undefined) return;
  metrics.gauge(metric.deadLetters).labels().set(now.dead_letters);
  metrics.gauge(metric.parkedPersons).labels().set(now.persons);
  metrics.gauge(metric.parkedOldestSeconds).labels().set(ageSeconds(clock, now.oldest_ms));
  const skewSeconds = (clock.now() - now.server_ms) / 1_000;
  metrics.gauge(metric.clockSkewSeconds).labels('database').set(skewSeconds);
}

async function readAudit({ database, chain, metrics, clock }: WatchParts): Promise<void> {
  const unsealed = await oldestUnsealedMs(database, chain);
  const gauge = metrics.gauge(metric.auditUnsealedSeconds).labels();
  gauge.set(ageSeconds(clock, unsealed ?? null));
}

async function readFilings({ database, metrics, clock }: WatchParts): Promise<void> {
  const nowMs = clock.now();
  const { pendingSinceMs, dueWithin30, dueWithin7 } = await filingBacklog(database, nowMs);
  const oldest = metrics.gauge(metric.filingPendingOldestSeconds).labels();
  oldest.set(ageSeconds(clock, pendingSinceMs[0] ?? null));
  const appliedOn = pendingSinceMs.map((atMs) => localDateAt(atMs));
  metrics
    .gauge(metric.filingsOverdue)
    .labels()
    .set(overdueFilings(appliedOn, localDateAt(nowMs)));
  metrics.gauge(metric.commitmentsDue).labels('30').set(dueWithin30);
  metrics.gauge(metric.commitmentsDue).labels('7').set(dueWithin7);
}

async function readClaims({ database, metrics, clock }: WatchParts): Promise<void> {
  const overdue = await overdueClaims(database, localDateAt(clock.now()));
  metrics.gauge(metric.reimbursementsOverdue).labels().set(overdue);
}

function ageSeconds(clock: Clock, sinceMs: number | null): number {
  return sinceMs === null ? 0 : Math.max(0, (clock.now() - sinceMs) / 1_000);
}
