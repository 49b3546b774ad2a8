import type { Database } from '@yijie/postgres';
import type { Clock, Logger } from '@yijie/runtime';
import { type StatisticFeed, statisticFeeds } from '../repositories/statistic-feeds.ts';
import { addContributions, feedPosition, lockStatistics, moveFeed } from '../repositories/statistic-rows.ts';

export interface ProjectionParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const EVERY_MS = 1_000;
const ROWS_AT_ONCE = 500;

/** Follows what was committed and counts it, a second behind; a full page is followed by the next one at once. */
export async function runStatistics(parts: ProjectionParts): Promise<void> {
  const { database, clock, logger, signal } = parts;
  while (!signal.aborted) {
    try {
      await projectStatistics(database, signal);
    } catch (cause) {
      logger.warn('statistics.not-counted', { cause: cause as Error });
    }
    await clock.sleep(EVERY_MS, signal).catch(() => {});
  }
}

/** Counts everything that is committed and not counted yet; returns the rows read. */
export async function projectStatistics(database: Database, signal?: AbortSignal): Promise<number> {
  let total = 0;
  for (const feed of statisticFeeds) {
    for (let rows = ROWS_AT_ONCE; rows === ROWS_AT_ONCE && !signal?.aborted; ) {
      rows = await projectPage(database, feed);
      total += rows;
    }
  }
  return total;
}

/** A page with its numbers and the new position in one transaction; 0 also when another replica is counting. */
function projectPage(database: Database, feed: StatisticFeed): Promise<number> {
  return database.transaction(async (tx) => {
    if (!(await lockStatistics(tx))) return 0;
    const page = await feed.read(tx, await feedPosition(tx, feed.source), ROWS_AT_ONCE);
    if (page === undefined) return 0;
    await addContributions(tx, page.contributions);
    await moveFeed(tx, feed.source, page.until);
    return page.rows;
  });
}
