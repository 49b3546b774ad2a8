import type { Refusal, Side } from '@yijie/errors';
import { createBatcher, type Database } from '@yijie/postgres';
import { type Clock, type Ids, idToText, type Logger } from '@yijie/runtime';
import { checkNoIdentity } from '../../core/form.ts';
import { queueUnmappedItems, type SeenUnmappedItem } from '../../repositories/mappings.ts';
import { appendRefusals } from '../../repositories/refusals.ts';
import { idOf, newId } from '../ids.ts';

/** Keeps refusals for look-up, after the answer and in batches; losing some in a crash is allowed (decision 5). */
export interface RefusalRecorder {
  /** The refusal with the id under which the diagnosis finds it. */
  record<Code extends string>(refused: RefusedCall, refusal: Refusal<Code>): Refusal<Code>;
  idle(): Promise<void>;
}

/** The call that was refused. */
export interface RefusedCall {
  readonly institutionCode: string;
  readonly call: string;
  /** Visit or settlement, as the caller names it. */
  readonly subject?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly homePool?: string | undefined;
  readonly refusedBy?: Side | undefined;
  /** Items that have to be mapped before the call can pass. */
  readonly unmapped?: readonly SeenUnmappedItem[] | undefined;
}

/** Refusals that wait at most; a flood beyond that is counted in metrics and not kept. */
const WAITING_MAX = 10_000;

export function createRefusalRecorder(options: {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: Ids;
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
    record(refused, refusal) {
      if (batcher.size >= WAITING_MAX) return refusal;
      const values = Object.entries(refusal.values ?? {}).map(
        ([name, value]) => [name, keptValue(name, value)] as const,
      );
      const details = {
        ...Object.fromEntries(values),
        lineNumbers: refusal.lineNumbers?.slice(0, 100),
      };
      const subject = idOf(refused.subject ?? '');
      const diagnosisId =
        refusal.diagnosisId === undefined
          ? newId(options.ids)
          : (idOf(refusal.diagnosisId) ?? newId(options.ids));
      const row = {
        diagnosisId,
        institutionCode: refused.institutionCode,
        call: refused.call,
        // Nothing is looked up by what isn't an id, and a credential looks like any other words.
        subject: subject === undefined ? '' : idToText(subject),
        homePool: /^\d{6}$/.test(refused.homePool ?? '') ? (refused.homePool ?? '') : '',
        idempotencyKey: kept(refused.idempotencyKey ?? ''),
        refusedBy: refused.refusedBy ?? 'treatment-site',
        code: refusal.code,
        details,
        atMs: options.clock.now(),
      };
      void batcher.add({ row, unmapped: refused.unmapped ?? [] });
      return { ...refusal, diagnosisId: idToText(diagnosisId) };
    },
    idle: () => batcher.idle(),
  };
}

/** Names of values in which a caller may have said anything: only what is an id, a number or a day is kept of them. */
const CALLERS_WORDS = /^(value|key|id|token)$|(Id|Token|Key|No)$/;

function keptValue(name: string, value: string): string {
  const isPlain = idOf(value) !== undefined || /^-?[\d.:-]{1,16}$/.test(value);
  return CALLERS_WORDS.test(name) && !isPlain ? '(not kept)' : kept(value);
}

/**
 * The caller's own words, where a code, an id or a key should have stood: they may be a person's name or number, which
 * belongs in no table in clear.
 */
function kept(words: string): string {
  return /^[\x21-\x7e]*$/.test(words) && checkNoIdentity('', words) === undefined ? words : '(not kept)';
}
