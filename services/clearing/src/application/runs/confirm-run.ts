import { levelOf, NATIONAL_CENTRE, type Period, postRun, type RunOwner } from '@yijie/clearing';
import { refuse } from '@yijie/errors';
import { bookSet, lockLedger } from '../../repositories/money/ledger.ts';
import { readPairs } from '../../repositories/runs/run-revisions.ts';
import { loadRun } from '../../repositories/runs/runs.ts';
import { inTransaction } from '../in-transaction.ts';
import { changeRun, type RunChange } from './change-run.ts';
import type { Acting, RunDesk } from './run-desk.ts';

/**
 * Everybody has signed: the run is fixed, and what each pair owes is booked per scheme and fund. A province confirms after the
 * centre.
 */
export function confirmRun(
  desk: RunDesk,
  owner: RunOwner,
  period: Period,
  acting: Acting,
): Promise<RunChange> {
  return inTransaction(desk.database, async (tx) => {
    const isBelow = levelOf(owner) === 'PROVINCIAL' && desk.owners.includes(NATIONAL_CENTRE);
    const above = isBelow ? await loadRun(tx, NATIONAL_CENTRE, period) : undefined;
    const confirmed = await changeRun(desk, tx, owner, period, acting, (run, moment) => {
      if (run.isStale) return Promise.resolve(refuse('CLR-STALE', { owner, period: `${period}` }));
      return { event: 'confirm', national: above?.state, ...moment };
    });
    if (!confirmed.ok) return confirmed;
    const { revision } = confirmed.run;
    const booking = { owner, period: `${period}`, by: acting.by, atMs: desk.clock.now() };
    for (const set of postRun(await readPairs(tx, owner, period, revision)))
      await bookSet(tx, set, { ...booking, reference: `run:${owner}/${period}/${revision}` });
    await lockLedger(tx, owner, `${period}`, 'BOOKED');
    return confirmed;
  });
}
