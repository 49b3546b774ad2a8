import { LOCKED_STATES, nextPeriod, type Period, type RunOwner } from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import { appendAudit } from '../../repositories/audit.ts';
import { moveRows } from '../../repositories/runs/move-rows.ts';
import { loadRun, markStale } from '../../repositories/runs/runs.ts';
import { inTransaction } from '../in-transaction.ts';
import { type Acting, now, type RunDesk } from './run-desk.ts';

export interface MoveCommand {
  readonly owner: RunOwner;
  readonly period: Period;
  readonly rows: readonly string[];
  readonly reason: string;
}

/**
 * Moves disputed rows to the next period (CARRY). Every run that counted them there has to be generated anew; one that is
 * confirmed already keeps them, and the move is refused.
 */
export function moveOutRows(
  desk: RunDesk,
  { owner, period, rows, reason }: MoveCommand,
  acting: Acting,
): Promise<{ readonly ok: true; readonly moved: number; readonly toPeriod: Period } | Refusal> {
  return inTransaction(desk.database, async (tx) => {
    const run = await loadRun(tx, owner, period, 'FOR UPDATE');
    if (run === undefined) return refuse('CLR-RUN-NONE', { owner, period: `${period}` });
    if (reason.trim() === '') return refuse('CLR-REASON');
    const { at } = now(desk, acting);
    const ids = rows.filter((id) => /^[0-9a-f]{32}$/.test(id)).map((id) => Buffer.from(id, 'hex'));
    const cause = { cause: 'MOVED_OUT', reason, by: acting.by, atMs: at } as const;
    const moved = await moveRows(tx, ids, owner, period, cause);
    const found = new Set(moved.map(({ settlementId }) => settlementId));
    const missing = rows.find((id) => !found.has(id));
    if (missing !== undefined) return refuse('CLR-ROW', { settlementId: missing });
    for (const other of new Set(moved.flatMap(({ owners }) => owners))) {
      const touched = await loadRun(tx, other, period, 'FOR UPDATE');
      if (touched !== undefined && LOCKED_STATES.includes(touched.state))
        return refuse('CLR-LOCKED', { owner: other, period: `${period}` });
      await markStale(tx, other, period, true);
    }
    await appendAudit(tx, [
      { ...acting.audit, atMs: at, action: 'run.move', object: `run:${owner}/${period}`, purpose: reason },
    ]);
    return { ok: true as const, moved: moved.length, toPeriod: nextPeriod(period) };
  });
}
