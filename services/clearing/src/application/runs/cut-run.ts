import {
  applyRunCommand,
  nextPeriod,
  openRun,
  type Period,
  previousPeriod,
  type RunOwner,
} from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import type { Queryable } from '@yijie/postgres';
import { appendAudit } from '../../repositories/audit.ts';
import { readParameters } from '../../repositories/parameters.ts';
import {
  bookDeductions,
  carryRows,
  rowsUnderObjection,
  takeDeductionsBack,
} from '../../repositories/runs/cut-rows.ts';
import { moveRows } from '../../repositories/runs/move-rows.ts';
import { lockOwner, openPeriod } from '../../repositories/runs/run-owners.ts';
import { insertRun, loadRun, type StoredRun } from '../../repositories/runs/runs.ts';
import { inTransaction } from '../in-transaction.ts';
import { type Acting, now, type RunDesk } from './run-desk.ts';

/**
 * Ends a period for new rows: what is placed from now on enters the next one. Rows under an open objection leave it,
 * deductions get their period, refunds take theirs back, and what isn't in the run is listed with its reasons.
 */
export function cutRun(
  desk: RunDesk,
  owner: RunOwner,
  period: Period,
  acting: Acting,
): Promise<{ readonly ok: true; readonly run: StoredRun } | Refusal> {
  return inTransaction(desk.database, async (tx) => {
    const progress = await lockOwner(tx, owner);
    const known = await loadRun(tx, owner, period);
    if (known !== undefined) return refuse('CLR-RUN-EXISTS', { owner, period: `${period}` });
    if (progress.openPeriod !== 0 && progress.openPeriod !== period)
      return refuse('CLR-RUN-ORDER', { period: `${progress.openPeriod}` });
    const moment = now(desk, acting);
    const previous = await loadRun(tx, owner, previousPeriod(period));
    const command = { event: 'cut', previous: previous?.state, ...moment } as const;
    const parameters = await readParameters(tx, owner, moment.today);
    const cut = applyRunCommand(openRun(owner, period), command, parameters);
    if (!cut.ok) return cut;

    await openPeriod(tx, owner, nextPeriod(period));
    await insertRun(tx, cut.run, acting.by, moment.at);
    await settleRows(tx, owner, period, acting, moment.at);
    await appendAudit(tx, [
      { ...acting.audit, atMs: moment.at, action: 'run.cut', object: `run:${owner}/${period}` },
    ]);
    const run = await loadRun(tx, owner, period);
    if (run === undefined) throw new Error('a run just made is gone');
    return { ok: true, run };
  });
}

/** What is in the run and what isn't, once and for all but returns. */
async function settleRows(
  tx: Queryable,
  owner: RunOwner,
  period: Period,
  acting: Acting,
  atMs: number,
): Promise<void> {
  const disputed = await rowsUnderObjection(tx, owner, period);
  await moveRows(tx, disputed, owner, period, {
    cause: 'OBJECTION_OPEN',
    reason: 'objection open at the cut',
    by: acting.by,
    atMs,
  });
  await bookDeductions(tx, owner, period);
  await takeDeductionsBack(tx, owner, period);
  await carryRows(tx, owner, period);
}
