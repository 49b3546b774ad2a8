import { checkR13, type Period, type RunOwner } from '@yijie/clearing';
import { refuse } from '@yijie/errors';
import { lockLedger } from '../../repositories/money/ledger.ts';
import { countOpenLines, findNotices } from '../../repositories/money/notices.ts';
import { inTransaction } from '../in-transaction.ts';
import { changeRun, type RunChange } from './change-run.ts';
import type { Acting, RunDesk } from './run-desk.ts';

/** Every line is paid and received: the period's books are closed. */
export function closeRun(desk: RunDesk, owner: RunOwner, period: Period, acting: Acting): Promise<RunChange> {
  return inTransaction(desk.database, async (tx) => {
    const openLines = await countOpenLines(tx, owner, `${period}`, 'MONTHLY');
    const stored = await findNotices(tx, { owner, period: `${period}`, category: 'MONTHLY' });
    const paying = stored.filter(({ notice, step }) => notice.direction === 'PAY' && step !== 'VOID');
    const paid = paying.flatMap(({ notice, standings }) =>
      standings
        .filter(({ line, paidFen }) => line.amountFen === paidFen)
        .map(({ line }) => `${notice.noticeNo}/${line.lineNo}`),
    );
    const [failure] = checkR13(
      paying.map(({ notice }) => notice),
      paying.flatMap(({ payments }) => payments),
      new Set(paid),
    );
    if (failure !== undefined) return refuse('CLR-CHECK', { check: failure.check, row: failure.row });
    const closed = await changeRun(desk, tx, owner, period, acting, (_, moment) => ({
      event: 'close',
      openLines,
      ...moment,
    }));
    if (closed.ok) await lockLedger(tx, owner, `${period}`, 'CLOSED');
    return closed;
  });
}
