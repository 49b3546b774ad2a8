import { addDays, localDateAt, startOfDay } from '@yijie/calendar';
import type { ClearingCalendar } from '@yijie/clearing';
import type { Database } from '@yijie/postgres';
import { type Clock, type Logger, type Metrics, metric } from '@yijie/runtime';
import { oldestUnsealedMs } from '@yijie/security';
import { listFigures } from '../../core/list-figures.ts';
import {
  countsOfDay,
  openCounts,
  unmatchedBefore,
  waitingDeadLetters,
} from '../../repositories/matching/open-backlog.ts';

export interface WatchParts {
  readonly database: Database;
  readonly calendar: () => ClearingCalendar;
  readonly chain: string;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const BACKLOG_EVERY_MS = 5_000;
/** The list may be long: it is counted by the minute, and yesterday's reconcile by the quarter of an hour. */
const LIST_EVERY_MS = 60_000;
const RECONCILE_EVERY_MS = 15 * 60_000;

/** Keeps the gauges that the alarms of matching and confirmation watch. */
export async function watchMatching(parts: WatchParts): Promise<void> {
  await Promise.all([
    every(parts, BACKLOG_EVERY_MS, readBacklog),
    every(parts, LIST_EVERY_MS, readList),
    every(parts, RECONCILE_EVERY_MS, readYesterday),
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

async function readBacklog({ database, chain, metrics, clock }: WatchParts): Promise<void> {
  metrics
    .gauge(metric.deadLetters)
    .labels()
    .set(await waitingDeadLetters(database));
  const unsealed = await oldestUnsealedMs(database, chain);
  metrics.gauge(metric.auditUnsealedSeconds).labels().set(ageSeconds(clock, unsealed));
}

async function readList({ database, calendar, metrics, clock }: WatchParts): Promise<void> {
  const today = localDateAt(clock.now());
  const figures = listFigures(await openCounts(database), today, calendar());
  for (const [state, rows] of Object.entries(figures.byState))
    metrics.gauge(metric.openRows).labels(state).set(rows);
  for (const [months, rows] of Object.entries(figures.byMonthsLate))
    metrics.gauge(metric.carriedRows).labels(months).set(rows);
  metrics.gauge(metric.unconfirmedRows).labels().set(figures.unconfirmed);
  metrics.gauge(metric.confirmDaysLeft).labels().set(figures.confirmDaysLeft);
  const oldest = metrics.gauge(metric.unmatchedOldestSeconds).labels();
  oldest.set(ageSeconds(clock, figures.oldestUnmatchedAtMs));
  const differences = await unmatchedBefore(database, startOfDay(today));
  metrics.gauge(metric.reconcileDifferences).labels().set(differences);
}

async function readYesterday({ database, metrics, clock }: WatchParts): Promise<void> {
  const today = localDateAt(clock.now());
  const span = { fromMs: startOfDay(addDays(today, -1)), untilMs: startOfDay(today) };
  const { known, matched } = await countsOfDay(database, span);
  metrics.gauge(metric.reconcileRows).labels('known').set(known);
  metrics.gauge(metric.reconcileRows).labels('matched').set(matched);
}

function ageSeconds(clock: Clock, sinceMs: number | undefined): number {
  return sinceMs === undefined ? 0 : Math.max(0, (clock.now() - sinceMs) / 1_000);
}
