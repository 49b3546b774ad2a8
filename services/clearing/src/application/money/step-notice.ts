import { stepNotice } from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import { appendAudit } from '../../repositories/audit.ts';
import { findNotice, findNotices, type StoredNotice, stepNotices } from '../../repositories/money/notices.ts';
import { inTransaction } from '../in-transaction.ts';
import { type Acting, now, type RunDesk } from '../runs/run-desk.ts';

/** The agency hands a notice to its finance. */
export function submitNotice(
  desk: RunDesk,
  noticeNo: string,
  acting: Acting,
): Promise<{ readonly ok: true; readonly notice: StoredNotice } | Refusal> {
  return inTransaction(desk.database, async (tx) => {
    const found = await findNotice(tx, noticeNo, 'FOR UPDATE');
    if (found === undefined) return refuse('CLR-NTC-NONE', { noticeNo });
    const stepped = stepNotice(noticeNo, found.step, 'submit');
    if (!stepped.ok) return stepped;
    const { at } = now(desk, acting);
    await stepNotices(tx, [noticeNo], stepped.step, { by: acting.by, atMs: at });
    await appendAudit(tx, [
      { ...acting.audit, atMs: at, action: 'notice.submit', object: `notice:${noticeNo}` },
    ]);
    const notice = await findNotice(tx, noticeNo);
    return notice === undefined ? refuse('CLR-NTC-NONE', { noticeNo }) : { ok: true as const, notice };
  });
}

/**
 * Voids the notices of a run's category as a whole, before any of them is with finance: a line and its twin live and die
 * together, and each notice has twins in others.
 */
export function voidNotices(
  desk: RunDesk,
  noticeNo: string,
  reason: string,
  acting: Acting,
): Promise<{ readonly ok: true; readonly voided: readonly string[] } | Refusal> {
  return inTransaction(desk.database, async (tx) => {
    const found = await findNotice(tx, noticeNo);
    if (found === undefined) return refuse('CLR-NTC-NONE', { noticeNo });
    if (reason.trim() === '') return refuse('CLR-REASON');
    const { runOwner: owner, period, category, revision } = found.notice;
    const all = await findNotices(tx, { owner, period, category }, 'FOR UPDATE');
    const together = all.filter(({ notice }) => notice.revision === revision);
    for (const { notice, step } of together) {
      const stepped = stepNotice(notice.noticeNo, step, 'void');
      if (!stepped.ok) return stepped;
    }
    const { at } = now(desk, acting);
    const voided = together.map(({ notice }) => notice.noticeNo);
    await stepNotices(tx, voided, 'VOID', { by: acting.by, atMs: at, reason });
    await appendAudit(tx, [
      { ...acting.audit, atMs: at, action: 'notice.void', object: `notice:${noticeNo}`, purpose: reason },
    ]);
    return { ok: true as const, voided };
  });
}
