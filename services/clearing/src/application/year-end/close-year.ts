import { closeYear as mayClose, NATIONAL_CENTRE, type RunOwner } from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import type { Queryable } from '@yijie/postgres';
import { appendAudit } from '../../repositories/audit.ts';
import { lockLedger } from '../../repositories/money/ledger.ts';
import { countOpenLines, findNotices } from '../../repositories/money/notices.ts';
import { announceClosedYear } from '../../repositories/year-end/announce-closed-year.ts';
import { countOtherRuns } from '../../repositories/year-end/year-runs.ts';
import { lockYear, markClosed, readYearTables } from '../../repositories/year-end/years.ts';
import { inTransaction } from '../in-transaction.ts';
import { type Acting, now, type RunDesk } from '../runs/run-desk.ts';
import { checkYear } from './issue-year-end.ts';
import { readYearFigures } from './year-figures.ts';

/**
 * Everything of the year is paid and received: its books are closed, by another person than who issued its notices. A
 * year that is closed answers when it was. The centre's close is told to all home provinces: they refund nothing of it.
 */
export function closeYear(
  desk: RunDesk,
  owner: RunOwner,
  year: number,
  acting: Acting,
): Promise<{ readonly ok: true; readonly closedAtMs: number } | Refusal> {
  return inTransaction(desk.database, async (tx) => {
    const { state, issuedBy, closedAtMs } = await lockYear(tx, owner, year);
    if (closedAtMs !== undefined) return { ok: true as const, closedAtMs };
    if (state === 'OPEN') return refuse('CLR-YE-STATE', { state, event: 'close' });
    if (issuedBy === acting.by) return refuse('CLR-FOUREYES');
    const open = mayClose(year, {
      isClosed: false,
      openRuns: await countOtherRuns(tx, owner, year, ['CLOSED']),
      // Nothing is issued before all of them are settled, and nothing of the year enters afterwards.
      openApplications: 0,
      unsettledRows: 0,
      openLines: await countUnpaid(tx, owner, `${year}`),
    });
    if (!open.ok) return open;
    const tables = (await readYearTables(tx, owner, year)).map(({ table }) => table);
    const [failure] = await checkYear(tx, owner, year, await readYearFigures(tx, owner, year), tables);
    if (failure !== undefined) return refuse('CLR-CHECK', { check: failure.check, row: failure.row });
    const { at } = now(desk, acting);
    await markClosed(tx, owner, year, acting.by, at);
    await lockLedger(tx, owner, `${year}`, 'CLOSED');
    if (owner === NATIONAL_CENTRE) await announceClosedYear(tx, desk, { year, closedAtMs: at });
    await appendAudit(tx, [
      { ...acting.audit, atMs: at, action: 'year-end.close', object: `year-end:${owner}/${year}` },
    ]);
    return { ok: true as const, closedAtMs: at };
  });
}

/** Lines of yearly notices that aren't paid and received; those of the advance fund are booked in the same books. */
async function countUnpaid(tx: Queryable, owner: RunOwner, period: string): Promise<number> {
  const open =
    (await countOpenLines(tx, owner, period, 'YEAR_END')) +
    (await countOpenLines(tx, owner, period, 'ADV_ADJUST'));
  const issued = await findNotices(tx, { owner, period, category: 'YEAR_END' });
  const isVoided = issued.length > 0 && issued.every(({ step }) => step === 'VOID');
  // Voided and not issued again: their money still has to move.
  return open + (isVoided ? issued.length : 0);
}
