import type { OutboxRelay } from '@yijie/exchange';
import type { Database } from '@yijie/postgres';
import { type Clock, type Logger, type Metrics, metric } from '@yijie/runtime';
import { oldestUnsealedMs } from '@yijie/security';
import { countUnmappedItems } from '../repositories/mappings.ts';
import { countWaitingDeadLetters } from '../repositories/recovery.ts';
import { purgeRefusals } from '../repositories/refusals.ts';
import type { Institutions } from './reference/institutions.ts';
import type { ItemMappings } from './reference/item-mappings.ts';
import type { LiveReference } from './reference/live-reference.ts';
import type { Notices } from './reference/notices.ts';

const EVERY_MS = 5_000;
const PURGE_EVERY_MS = 3_600_000;
/** Failing answers can be looked up for 30 days (decision 5). */
const REFUSALS_KEPT_MS = 30 * 86_400_000;

/** Keeps the gauges that alarms watch, and what this replica remembers of others' changes, fresh. */
export async function watchBacklogs(parts: {
  readonly database: Database;
  readonly relay: OutboxRelay;
  readonly institutions: Institutions;
  readonly notices: Notices;
  readonly reference: LiveReference;
  readonly mappings: ItemMappings;
  readonly chain: string;
  readonly outboxRowsMax: number;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { database, relay, metrics, clock, logger, signal } = parts;
  metrics.gauge(metric.outboxRowsLimit).labels().set(parts.outboxRowsMax);
  let purgedAtMs = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    try {
      const { rows, oldestMs } = relay.backlog();
      metrics.gauge(metric.outboxRows).labels().set(rows);
      metrics
        .gauge(metric.outboxOldestSeconds)
        .labels()
        .set(oldestMs / 1_000);
      metrics
        .gauge(metric.deadLetters)
        .labels()
        .set(await countWaitingDeadLetters(database));
      metrics
        .gauge(metric.unmappedItems)
        .labels()
        .set(await countUnmappedItems(database));
      const unsealed = await oldestUnsealedMs(database, parts.chain);
      const unsealedMs = unsealed === undefined ? 0 : Math.max(0, clock.now() - unsealed);
      metrics
        .gauge(metric.auditUnsealedSeconds)
        .labels()
        .set(unsealedMs / 1_000);
      await parts.notices.refresh();
      await parts.reference.refresh();
      await parts.institutions.refresh();
      await parts.mappings.refresh();
      if (clock.monotonic() - purgedAtMs >= PURGE_EVERY_MS) {
        purgedAtMs = clock.monotonic();
        await purgeRefusals(database, clock.now() - REFUSALS_KEPT_MS);
      }
    } catch (cause) {
      logger.warn('backlogs-not-read', { cause: cause as Error });
    }
    await clock.sleep(EVERY_MS, signal).catch(() => undefined);
  }
}
