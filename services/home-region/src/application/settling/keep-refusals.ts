import { createBatcher, type Database } from '@yijie/postgres';
import type { Clock, Logger } from '@yijie/runtime';
import { appendRefusals, deleteOldRefusals, type RefusalRow } from '../../repositories/settling/refusals.ts';

export interface RefusalKeeper {
  keep(rows: readonly RefusalRow[]): void;
  close(): Promise<void>;
}

const BATCH_MAX = 500;
/** More than this waits only when the database is away; what comes then is counted, not kept. */
const WAITING_MAX = 10_000;
const DELETE_EVERY_MS = 60 * 60_000;

/** Writes failing answers behind the answers themselves, and deletes them after 30 days. */
export function createRefusalKeeper(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}): RefusalKeeper {
  const { database, clock, logger } = parts;
  const stopping = new AbortController();
  const batcher = createBatcher<RefusalRow, void>({
    batchMax: BATCH_MAX,
    flush: async (rows) => {
      await appendRefusals(database, rows, clock.now());
      return rows.map(() => undefined);
    },
  });
  const deleting = deleteOld();

  async function deleteOld(): Promise<void> {
    while (!stopping.signal.aborted) {
      await clock.sleep(DELETE_EVERY_MS, stopping.signal).catch(() => {});
      if (stopping.signal.aborted) return;
      try {
        while ((await deleteOldRefusals(database, clock.now())) > 0);
      } catch (cause) {
        logger.warn('refusals.delete-failed', { cause: cause as Error });
      }
    }
  }

  return {
    keep(rows) {
      if (batcher.size > WAITING_MAX) {
        logger.warn('refusals.not-kept', { count: rows.length });
        return;
      }
      for (const row of rows)
        batcher.add(row).catch((cause: Error) => logger.warn('refusals.not-kept', { count: 1, cause }));
    },
    async close() {
      stopping.abort();
      await Promise.all([deleting, batcher.idle()]);
    },
  };
}
