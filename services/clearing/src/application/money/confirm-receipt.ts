import { confirmReceipt as decideReceipt } from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import { appendAudit } from '../../repositories/audit.ts';
import { confirmLines, findNotice, type StoredNotice } from '../../repositories/money/notices.ts';
import { inTransaction } from '../in-transaction.ts';
import { type Acting, now, type RunDesk } from '../runs/run-desk.ts';

/** The payee says that the money of a receipt notice is in its account: of lines that are paid in full. */
export function confirmReceipt(
  desk: RunDesk,
  noticeNo: string,
  acting: Acting,
): Promise<{ readonly ok: true; readonly notice: StoredNotice } | Refusal> {
  return inTransaction(desk.database, async (tx) => {
    const found = await findNotice(tx, noticeNo, 'FOR UPDATE');
    if (found === undefined || found.notice.direction !== 'RCV') return refuse('CLR-NTC-NONE', { noticeNo });
    for (const standing of found.standings) {
      const decided = decideReceipt(noticeNo, standing);
      if (!decided.ok) return decided;
    }
    const { at } = now(desk, acting);
    const twins = found.notice.lines.map(({ twinNoticeNo, twinLineNo }) => ({
      noticeNo: twinNoticeNo,
      lineNo: twinLineNo,
    }));
    await confirmLines(tx, twins, acting.by, at);
    await appendAudit(tx, [
      { ...acting.audit, atMs: at, action: 'notice.confirm', object: `notice:${noticeNo}` },
    ]);
    const notice = await findNotice(tx, noticeNo);
    return notice === undefined ? refuse('CLR-NTC-NONE', { noticeNo }) : { ok: true as const, notice };
  });
}
