import { type CheckFailure, checkR19, type Period, type RunOwner } from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import { loadRun } from '../../repositories/runs/runs.ts';
import { type GenerateProgress, prepareOwners } from './generate-runs.ts';
import type { RunDesk } from './run-desk.ts';

export interface Reproduced {
  readonly ok: true;
  readonly revision: number;
  readonly storedHash: string;
  readonly madeHash: string;
  /** R19; empty when the tables are reproducible. */
  readonly failures: readonly CheckFailure[];
}

/** R19: the tables made once more from the rows have the content that is stored. Stores nothing. */
export async function reproduceRun(
  desk: RunDesk,
  owner: RunOwner,
  period: Period,
  onProgress: (progress: GenerateProgress) => Promise<void> | void = () => {},
): Promise<Reproduced | Refusal> {
  const run = await loadRun(desk.database, owner, period);
  if (run === undefined || run.revision === 0) return refuse('CLR-RUN-NONE', { owner, period: `${period}` });
  if (run.isStale) return refuse('CLR-STALE', { owner, period: `${period}` });
  const { contentHash: storedHash, revision } = run;
  const partyHashes = new Map(run.parties.map((party) => [party.party, party.contentHash]));
  for await (const { prepared } of prepareOwners(desk, [owner], period, onProgress)) {
    const { content } = prepared;
    const failures = checkR19({ contentHash: storedHash, partyHashes }, content);
    return { ok: true, revision, storedHash, madeHash: content.contentHash, failures };
  }
  throw new Error('a run was prepared without its owner');
}
