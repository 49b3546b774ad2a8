import { localDateFromNumber, localDateToNumber } from '@yijie/calendar';
import { NOTICE_CATEGORIES, type Payment, parsePeriod } from '@yijie/clearing';
import {
  NoticeServiceService,
  type Notice as WireNotice,
  type Payment as WirePayment,
} from '@yijie/contracts/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import { fen } from '@yijie/money';
import { type UnaryService, unaryService } from '@yijie/runtime';
import type { Authorized } from '@yijie/security';
import { confirmReceipt } from '../../application/money/confirm-receipt.ts';
import { importStatement, resolveBankLine, whyOf } from '../../application/money/import-statement.ts';
import { issueNotices } from '../../application/money/issue-notices.ts';
import { recordPayment } from '../../application/money/record-payment.ts';
import { showNotices } from '../../application/money/show-notice.ts';
import { submitNotice, voidNotices } from '../../application/money/step-notice.ts';
import type { RunDesk } from '../../application/runs/run-desk.ts';
import { openBankLines } from '../../repositories/money/bank-lines.ts';
import { findNotice, type StoredNotice } from '../../repositories/money/notices.ts';
import { writeNotice } from '../../wire/write-notice.ts';
import { actingOf, refuseOwner, refuseParty, refuseReading, refuseRun } from './acting-for.ts';

export function noticeService(desk: RunDesk): UnaryService<Authorized> {
  const { database } = desk;

  async function show(stored: StoredNotice): Promise<WireNotice> {
    const [shown] = await showNotices(desk, { noticeNos: [stored.notice.noticeNo] });
    return writeNotice(stored, shown?.overdue);
  }

  /** The notice, when the caller acts for its party. */
  async function ownNotice(identity: Authorized, noticeNo: string): Promise<StoredNotice | Refusal> {
    const found = await findNotice(database, noticeNo);
    if (found === undefined) return refuse('CLR-NTC-NONE', { noticeNo });
    return refuseParty(identity, found.notice.party) ?? found;
  }

  return unaryService(NoticeServiceService, {
    async issueNotices({ run }, { identity }) {
      const period = parsePeriod(`${run?.period ?? ''}`);
      if (run === undefined || period === undefined) return refuse('FRM-VALUE', { field: 'run.period' });
      const refusal = refuseOwner(identity, run.owner);
      if (refusal !== undefined) return refusal;
      const issued = await issueNotices(desk, run.owner, period, actingOf(identity));
      if (!issued.ok) return issued;
      const shown = await showNotices(desk, { noticeNos: issued.notices.map(({ noticeNo }) => noticeNo) });
      return { notices: shown.map(({ stored, overdue }) => writeNotice(stored, overdue)) };
    },

    async listNotices({ owner, period, party, category }, { identity }) {
      const refusal = party === '' ? refuseRun(identity, owner) : refuseReading(identity, owner, party);
      if (refusal !== undefined) return refusal;
      const only = NOTICE_CATEGORIES.find((one) => one === category);
      if (category !== '' && only === undefined) return refuse('FRM-VALUE', { field: 'category' });
      const shown = await showNotices(desk, {
        owner,
        period: period === '' ? undefined : period,
        party: party === '' ? undefined : party,
        category: only,
      });
      const visible = shown.filter(
        ({ stored }) => refuseReading(identity, owner, stored.notice.party) === undefined,
      );
      return { notices: visible.map(({ stored, overdue }) => writeNotice(stored, overdue)) };
    },

    async getNotice({ noticeNo }, { identity }) {
      const found = await findNotice(database, noticeNo);
      if (found === undefined) return refuse('CLR-NTC-NONE', { noticeNo });
      const { runOwner, party } = found.notice;
      return refuseReading(identity, runOwner, party) ?? { notice: await show(found) };
    },

    async submitNotice({ noticeNo }, { identity }) {
      const own = await ownNotice(identity, noticeNo);
      if ('code' in own) return own;
      const submitted = await submitNotice(desk, noticeNo, actingOf(identity));
      return submitted.ok ? { notice: await show(submitted.notice) } : submitted;
    },

    async voidNotice({ noticeNo, reason }, { identity }) {
      const found = await findNotice(database, noticeNo);
      if (found === undefined) return refuse('CLR-NTC-NONE', { noticeNo });
      const refusal = refuseOwner(identity, found.notice.runOwner);
      if (refusal !== undefined) return refusal;
      const voided = await voidNotices(desk, noticeNo, reason, actingOf(identity));
      return voided.ok ? { voided: [...voided.voided] } : voided;
    },

    async recordPayment({ noticeNo, lineNo, payment }, { identity }) {
      const read = readPayment(noticeNo, lineNo, payment);
      if ('code' in read) return read;
      const own = await ownNotice(identity, noticeNo);
      if ('code' in own) return own;
      const paid = await recordPayment(desk, read, actingOf(identity));
      return paid.ok ? { notice: await show(paid.notice) } : paid;
    },

    async confirmReceipt({ noticeNo }, { identity }) {
      const own = await ownNotice(identity, noticeNo);
      if ('code' in own) return own;
      const confirmed = await confirmReceipt(desk, noticeNo, actingOf(identity));
      return confirmed.ok ? { notice: await show(confirmed.notice) } : confirmed;
    },

    async importStatement({ party, bankName, csv }, { identity }) {
      const refusal = refuseParty(identity, party);
      if (refusal !== undefined) return refusal;
      const imported = await importStatement(desk, { party, bankName, csv }, actingOf(identity));
      if (!imported.ok) return imported;
      const { lines } = imported;
      const exceptions = lines.filter((line) => line.refusal !== undefined).length;
      const booked = lines.filter(({ pays }) => pays !== undefined).length;
      return {
        booked,
        known: lines.length - booked - exceptions,
        exceptions,
        lines: lines.map((line) => ({
          line: line.line,
          bankSerial: line.bankSerial,
          amountFen: line.amountFen,
          noticeNo: line.pays?.noticeNo ?? '',
          lineNo: line.pays?.lineNo ?? 0,
          code: line.refusal?.code ?? '',
          why: whyOf(line),
        })),
      };
    },

    async listBankExceptions({ party }, { identity }) {
      const refusal = refuseReading(identity, party, party);
      if (refusal !== undefined) return refusal;
      const lines = await openBankLines(database, party);
      return {
        lines: lines.map((line) => ({
          bankLineId: line.bank_line_id,
          party: line.party,
          bankSerial: line.bank_serial,
          tradeDate: localDateToNumber(line.trade_date),
          amountFen: line.amount_fen,
          counterparty: line.counterparty,
          reference: line.remark,
          code: line.code ?? '',
          candidates: [...line.candidates],
        })),
      };
    },

    async resolveBankLine({ bankLineId, noticeNo, lineNo, reason }, { identity }) {
      const resolved = await resolveBankLine(
        desk,
        {
          bankLineId,
          pays: noticeNo === '' ? undefined : { noticeNo, lineNo },
          reason,
          mayActFor: (party) => refuseParty(identity, party),
        },
        actingOf(identity),
      );
      if (!resolved.ok) return resolved;
      return { notice: resolved.notice === undefined ? undefined : await show(resolved.notice) };
    },
  });
}

function readPayment(noticeNo: string, lineNo: number, payment: WirePayment | undefined): Payment | Refusal {
  if (payment === undefined) return refuse('FRM-REQUIRED', { field: 'payment' });
  const tradeDate = localDateFromNumber(payment.tradeDate);
  if (tradeDate === undefined)
    return refuse('FRM-DATE', { field: 'trade_date', value: `${payment.tradeDate}` });
  if (!Number.isSafeInteger(payment.paidFen))
    return refuse('FRM-AMOUNT', { field: 'paid_fen', value: `${payment.paidFen}` });
  const { bankName, bankSerial } = payment;
  return { noticeNo, lineNo, bankName, bankSerial, tradeDate, paidFen: fen(payment.paidFen) };
}
