import { localDateAt } from '@yijie/calendar';
import { type ClearingParameters, type ParameterVersion, parametersOn, type RunOwner } from '@yijie/clearing';
import type { Database } from '@yijie/postgres';
import type { Clock, Logger } from '@yijie/runtime';
import { readParameterVersions } from '../repositories/parameters.ts';

/** The owners' parameters in memory, for what looks at every fact. */
export interface ParameterBook {
  /** An owner's parameters of today; the defaults where it changed nothing. */
  of(owner: RunOwner): ClearingParameters;
  /** Reads once, then every minute until the signal ends it. */
  keepFresh(signal: AbortSignal): Promise<void>;
  load(): Promise<void>;
}

const EVERY_MS = 60_000;

export function createParameterBook(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}): ParameterBook {
  const { database, clock, logger } = parts;
  let versions: ReadonlyMap<RunOwner, readonly ParameterVersion[]> = new Map();
  let known = new Map<string, ClearingParameters>();

  const load = async () => {
    versions = await readParameterVersions(database);
    known = new Map();
  };

  return {
    load,
    of(owner) {
      const today = localDateAt(clock.now());
      const key = `${owner} ${today}`;
      const found = known.get(key) ?? parametersOn(today, versions.get(owner) ?? []);
      known.set(key, found);
      return found;
    },
    async keepFresh(signal) {
      while (!signal.aborted) {
        await clock.sleep(EVERY_MS, signal).catch(() => {});
        if (!signal.aborted)
          await load().catch((cause: Error) => logger.warn('parameters.not-read', { cause }));
      }
    },
  };
}
