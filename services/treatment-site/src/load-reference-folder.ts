import { localDateAt } from '@yijie/calendar';
import type { Database } from '@yijie/postgres';
import { readReferenceFolder } from '@yijie/reference-data';
import type { Clock, Logger } from '@yijie/runtime';
import { compareReference, loadReference } from './application/reference/load-reference.ts';

/** At start: loads the version of a folder unless it, or a later one, is loaded. A broken folder stops the start. */
export async function loadReferenceFolder(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly province: string;
  readonly folder: string;
}): Promise<void> {
  const { database, clock, logger, province, folder } = parts;
  const files = readReferenceFolder(folder);
  const by = { actor: `service:treatment-site/${province}`, certificateSerial: '', role: 'service' };
  const loaded = await loadReference({ database, province }, files, by, clock.now());
  if (loaded.ok) return;
  if (loaded.code !== 'REF-BROKEN') {
    logger.warn('reference.not-loaded', { code: loaded.code });
    return;
  }
  const compared = await compareReference(database, files, province, localDateAt(clock.now()));
  const problems = compared.ok ? [] : compared.problems;
  const lines = problems
    .slice(0, 20)
    .map(
      ({ file, line, column, value, reason }) =>
        `  ${file}:${line} ${[column, value, reason].filter(Boolean).join(' ')}`,
    );
  throw new Error(`${folder} can't be loaded, ${problems.length} flaws:\n${lines.join('\n')}`);
}
