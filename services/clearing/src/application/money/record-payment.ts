import {
  adjustmentEntry,
  recordPayment as decidePayment,
  hubOf,
  type NoticeLine,
  type PaidPart,
  type PartyCode,
  type Payment,
  parsePeriod,
  postAdvance,
  postPayment,
  type Transfer,
} from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import type { Queryable } from '@yijie/postgres';
import { appendAudit } from '../../repositories/audit.ts';
import { bookAdvance } from '../../repositories/money/advance.ts';
import { bookSet } from '../../repositories/money/ledger.ts';
import {
  findNotice,
  insertPayment,
  isSerialTaken,
  readComponents,
  type StoredNotice,
} from '../../repositories/money/notices.ts';
import { loadRun } from '../../repositories/runs/runs.ts';
import { inTransaction } from '../in-transaction.ts';
import { changeRun } from '../runs/change-run.ts';
import { type Acting, now, type RunDesk } from '../runs/run-desk.ts';

type Paid = { readonly ok: true; readonly notice: StoredNotice } | Refusal;

/** Books one transfer of a bank for one line of a payment notice, in full or in part. */
export function recordPayment(desk: RunDesk, payment: Payment, acting: Acting): Promise<Paid> {
  return inTransaction(desk.database, (tx) => payInTransaction(desk, tx, payment, acting));
}

/** The same inside a transaction: an import books many. */
export async function payInTransaction(
  desk: RunDesk,
  tx: Queryable,
  payment: Payment,
  acting: Acting,
): Promise<Paid> {
  const { noticeNo, lineNo, bankSerial } = payment;
  const found = await findNotice(tx, noticeNo, 'FOR UPDATE');
  if (found === undefined || found.notice.direction !== 'PAY') return refuse('CLR-NTC-NONE', { noticeNo });
  const { notice, step, standings } = found;
  const serialTaken = await isSerialTaken(tx, notice.party, bankSerial);
  const decided = decidePayment(payment, { step, lines: standings, serialTaken });
  if (!decided.ok) return decided;
  const { at } = now(desk, acting);
  await insertPayment(tx, notice.party, payment, acting.by, at);
  await bookPayment(tx, found, payment, decided.standing.paidFen, acting, at);
  const released = await markPaying(desk, tx, found, acting);
  if (released !== undefined) return released;
  await appendAudit(tx, [
    { ...acting.audit, atMs: at, action: 'notice.pay', object: `notice:${noticeNo}/${lineNo}` },
  ]);
  const after = await findNotice(tx, noticeNo);
  return after === undefined ? refuse('CLR-NTC-NONE', { noticeNo }) : { ok: true, notice: after };
}

async function bookPayment(
  tx: Queryable,
  { notice }: StoredNotice,
  { lineNo, bankSerial, paidFen }: Payment,
  paidAfterFen: number,
  acting: Acting,
  atMs: number,
): Promise<void> {
  const { noticeNo, runOwner: owner, period, category, party } = notice;
  const line = notice.lines.find((one) => one.lineNo === lineNo);
  if (line === undefined) throw new Error(`${noticeNo} has no line ${lineNo}`);
  const transfer = transferOf(party, line);
  const hub = hubOf(owner);
  const part: PaidPart = {
    transfer,
    components: await readComponents(tx, noticeNo, lineNo),
    paidBeforeFen: paidAfterFen - paidFen,
    paidAfterFen,
    hub: [transfer.payer, transfer.payee].includes(hub) ? hub : undefined,
  };
  const isAdvance = category === 'ADV_ADJUST' || category === 'ADV_URGENT';
  const reference = `${noticeNo}/${lineNo} ${bankSerial}`;
  const booking = { owner, period, reference, by: acting.by, atMs };
  await bookSet(tx, isAdvance ? postAdvance(part) : postPayment(part), booking);
  if (isAdvance && paidAfterFen === line.amountFen) {
    const entry = adjustmentEntry(transfer);
    const kind = category === 'ADV_URGENT' ? 'URGENT_IN' : entry.kind;
    await bookAdvance(tx, owner, { ...entry, kind }, { period, reference, atMs });
  }
}

export function transferOf(payer: PartyCode, line: NoticeLine): Transfer {
  const { counterparty: payee, kind, scheme, employeeFen, residentFen, amountFen } = line;
  return { payer, payee, kind, scheme, employeeFen, residentFen, amountFen };
}

/** The first payment of a monthly notice takes its run to PAYING. */
async function markPaying(
  desk: RunDesk,
  tx: Queryable,
  { notice }: StoredNotice,
  acting: Acting,
): Promise<Refusal | undefined> {
  const period = parsePeriod(notice.period);
  if (notice.category !== 'MONTHLY' || period === undefined) return undefined;
  const run = await loadRun(tx, notice.runOwner, period);
  if (run === undefined || run.state === 'PAYING') return undefined;
  const paying = await changeRun(desk, tx, notice.runOwner, period, acting, (_, moment) => ({
    event: 'pay',
    ...moment,
  }));
  return paying.ok ? undefined : paying;
}
