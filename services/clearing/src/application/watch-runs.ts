import { localDateAt } from '@yijie/calendar';
import { type ClearingParameters, type RunOwner, runDays } from '@yijie/clearing';
import type { Database } from '@yijie/postgres';
import { type Clock, type Logger, type Metrics, metric } from '@yijie/runtime';
import { moneyFigures, signDaysLeft } from '../core/money-figures.ts';
import { openBankLineCounts, openPayNotices, unsignedRuns } from '../repositories/run-backlog.ts';

export interface RunWatchParts {
  readonly database: Database;
  readonly owners: readonly RunOwner[];
  readonly parametersOf: (owner: RunOwner) => ClearingParameters;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const EVERY_MS = 60_000;
/** Codes that a bank line can wait with: a gauge that is never set looks like one that is 0. */
const BANK_CODES = ['CLR-BANK-NONE', 'CLR-BANK-MANY'];

/** Keeps the gauges that the alarms of signing and paying watch. */
export async function watchRuns(parts: RunWatchParts): Promise<void> {
  const { clock, logger, signal } = parts;
  while (!signal.aborted) {
    await readRunFigures(parts).catch((cause: Error) => logger.warn('runs.not-read', { cause }));
    await clock.sleep(EVERY_MS, signal).catch(() => {});
  }
}

export async function readRunFigures(parts: Omit<RunWatchParts, 'logger' | 'signal'>): Promise<void> {
  const { database, owners, parametersOf, metrics, clock } = parts;
  const today = localDateAt(clock.now());
  const unsigned = new Map((await unsignedRuns(database)).map((run) => [run.owner, run]));
  for (const owner of owners) {
    const run = unsigned.get(owner);
    const signOn = run && runDays(run.period, parametersOf(owner).calendar).signOn;
    metrics
      .gauge(metric.partiesUnsigned)
      .labels(owner)
      .set(run?.parties ?? 0);
    metrics.gauge(metric.signDaysLeft).labels(owner).set(signDaysLeft(signOn, today));
  }
  const [first = 'CN'] = owners;
  const figures = moneyFigures(await openPayNotices(database), today, parametersOf(first));
  for (const days of ['3', '0'] as const)
    metrics.gauge(metric.noticesDue).labels(days).set(figures.dueWithin[days]);
  for (const level of ['REMIND', 'WARN', 'PUBLISH'] as const)
    metrics.gauge(metric.noticesOverdue).labels(level).set(figures.overdue[level]);
  const lines = new Map((await openBankLineCounts(database)).map((row) => [row.code, row.lines]));
  for (const code of BANK_CODES)
    metrics
      .gauge(metric.bankLinesOpen)
      .labels(code)
      .set(lines.get(code) ?? 0);
}
