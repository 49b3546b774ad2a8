import { localDateAt } from '@yijie/calendar';
import {
  compareModes,
  type NettingComparison,
  type NettingMode,
  type Period,
  type RunOwner,
} from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import { readParameters } from '../../repositories/parameters.ts';
import { readPairs } from '../../repositories/runs/run-revisions.ts';
import { loadRun } from '../../repositories/runs/runs.ts';
import type { RunDesk } from './run-desk.ts';

/** What each netting mode would move for the newest revision: number of transfers and money. */
export async function compareNetting(
  { database, clock }: RunDesk,
  owner: RunOwner,
  period: Period,
): Promise<
  { readonly ok: true; readonly modes: readonly NettingComparison[]; readonly inForce: NettingMode } | Refusal
> {
  const run = await loadRun(database, owner, period);
  if (run === undefined || run.revision === 0) return refuse('CLR-RUN-NONE', { owner, period: `${period}` });
  const parameters = await readParameters(database, owner, localDateAt(clock.now()));
  const pairs = await readPairs(database, owner, period, run.revision);
  const signed = new Set(run.parties.filter(({ state }) => state === 'SIGNED').map(({ party }) => party));
  const { splitByScheme, nettingMode } = parameters;
  const modes = compareModes(pairs, { owner, splitByScheme, hasSigned: (party) => signed.has(party) });
  return { ok: true, modes, inForce: nettingMode };
}
