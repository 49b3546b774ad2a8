import type { Refusal } from '@yijie/errors';
import { createBatcher, type Database } from '@yijie/postgres';
import type { Clock, Logger } from '@yijie/runtime';
import { checkNoIdentity } from '../core/form.ts';
import { queueUnmappedItems, type SeenUnmappedItem } from '../repositories/mappings.ts';
import { appendRefusals } from '../repositories/refusals.ts';

/** Keeps refusals for look-up, after the answer and in batches; losing some in a crash is allowed (decision 5). */
export interface RefusalRecorder {
  record(
    institutionCode: string,
    call: string,
    subject: string,
    refusal: Refusal,
    unmapped?: readonly SeenUnmappedItem[],
  ): void;
  idle(): Promise<void>;
}

/** Refusals that wait at most; a flood beyond that is counted in metrics and not kept. */
const WAITING_MAX = 10_000;

export function createRefusalRecorder(options: {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}): RefusalRecorder {
  interface Entry {
    readonly row: Parameters<typeof appendRefusals>[1][number];
    readonly unmapped: readonly SeenUnmappedItem[];
  }
  const batcher = createBatcher<Entry, void>({
    batchMax: 500,
    flush: async (entries) => {
      try {
        await appendRefusals(
          options.database,
          entries.map((entry) => entry.row),
        );
        await queueUnmappedItems(
          options.database,
          entries.flatMap((entry) => entry.unmapped),
          options.clock.now(),
        );
      } catch (error) {
        options.logger.warn('refusals-not-kept', { rows: entries.length, cause: error as Error });
      }
      return entries.map(() => undefined);
    },
  });

  return {
    record(institutionCode, call, subject, refusal, unmapped = []) {
      if (batcher.size >= WAITING_MAX) return;
      const { value = '' } = refusal.values ?? {};
      const details = {
        ...refusal.values,
        ...(value === '' ? undefined : { value: kept(value) }),
        lineNumbers: refusal.lineNumbers?.slice(0, 100),
      };
      const row = {
        institutionCode,
        call,
        subject: kept(subject),
        code: refusal.code,
        details,
        atMs: options.clock.now(),
      };
      void batcher.add({ row, unmapped });
    },
    idle: () => batcher.idle(),
  };
}

/**
 * The caller's own words, where a code, an id or a key should have stood: they may be a person's name or number, which
 * belongs in no table in clear.
 */
function kept(words: string): string {
  return /^[\x21-\x7e]*$/.test(words) && checkNoIdentity('', words) === undefined ? words : '(not kept)';
}
