import { matchBankLine, type PartyCode } from '@yijie/clearing';
import { describeFailure, type Refusal, refuse } from '@yijie/errors';
import type { Fen } from '@yijie/money';
import type { Queryable } from '@yijie/postgres';
import { readStatement, type StatementLine } from '../../core/read-statement.ts';
import { appendAudit } from '../../repositories/audit.ts';
import {
  insertBankLine,
  isBankLineKnown,
  lockBankLine,
  openLinesOf,
  resolveBankLine as storeResolution,
} from '../../repositories/money/bank-lines.ts';
import type { StoredNotice } from '../../repositories/money/notices.ts';
import { inTransaction } from '../in-transaction.ts';
import { type Acting, now, type RunDesk } from '../runs/run-desk.ts';
import { payInTransaction } from './record-payment.ts';

export interface Statement {
  /** Whose account it is. */
  readonly party: PartyCode;
  readonly bankName: string;
  readonly csv: Uint8Array;
}

export interface ImportedLine {
  readonly line: number;
  readonly bankSerial: string;
  readonly amountFen: Fen;
  /** What it pays: set when it was booked. */
  readonly pays?: { readonly noticeNo: string; readonly lineNo: number } | undefined;
  /** Why nobody could say; undefined for a line that was imported before. */
  readonly refusal?: Refusal | undefined;
}

/**
 * Imports a bank statement in one transaction: a line that pays exactly one notice line is booked, every other is kept with its
 * code, and one that was imported before changes nothing.
 */
export function importStatement(
  desk: RunDesk,
  { party, bankName, csv }: Statement,
  acting: Acting,
): Promise<{ readonly ok: true; readonly lines: readonly ImportedLine[] } | Refusal> {
  const statement = readStatement(csv);
  if (!statement.ok) return Promise.resolve(statement);
  if (bankName.trim() === '') return Promise.resolve(refuse('FRM-REQUIRED', { field: 'bank_name' }));
  return inTransaction(desk.database, async (tx) => {
    const lines: ImportedLine[] = [];
    for (const line of statement.lines) lines.push(await importLine(desk, tx, party, bankName, line, acting));
    const { at } = now(desk, acting);
    await appendAudit(tx, [
      { ...acting.audit, atMs: at, action: 'statement.import', object: `party:${party}` },
    ]);
    return { ok: true as const, lines };
  });
}

async function importLine(
  desk: RunDesk,
  tx: Queryable,
  party: PartyCode,
  bankName: string,
  line: StatementLine,
  acting: Acting,
): Promise<ImportedLine> {
  const { bankSerial, tradeDate, amountFen, counterparty, remark } = line;
  const told = { line: line.line, bankSerial, amountFen };
  if (await isBankLineKnown(tx, party, bankSerial)) return told;
  const matched = matchBankLine(
    {
      bankName,
      bankSerial,
      tradeDate,
      amountFen,
      counterparty: counterparty === '' ? undefined : counterparty,
      remark,
    },
    await openLinesOf(tx, party),
  );
  const pays = matched.ok ? { noticeNo: matched.line.noticeNo, lineNo: matched.line.lineNo } : undefined;
  if (pays !== undefined) {
    const payment = { ...pays, bankName, bankSerial, tradeDate, paidFen: amountFen };
    const paid = await payInTransaction(desk, tx, payment, acting);
    if (!paid.ok) throw new Error(`a matched bank line was refused: ${paid.code}`);
  }
  await insertBankLine(tx, {
    party,
    bank_name: bankName,
    bank_serial: bankSerial,
    trade_date: tradeDate,
    amount_fen: amountFen,
    counterparty,
    remark,
    state: pays === undefined ? 'OPEN' : 'BOOKED',
    code: matched.ok ? null : matched.code,
    candidates: matched.ok ? [] : (matched.values.lines ?? '').split(' ').filter((one) => one !== ''),
    notice_no: pays?.noticeNo ?? null,
    line_no: pays?.lineNo ?? null,
    imported_by: acting.by,
    imported_at_ms: now(desk, acting).at,
  });
  return matched.ok ? { ...told, pays } : { ...told, refusal: matched };
}

/** The words of a line's refusal, for the answer. */
export function whyOf({ refusal }: ImportedLine): string {
  return refusal === undefined ? '' : describeFailure(refusal.code, refusal.values).messageZh;
}

/** A person says what an open line pays; without a notice it has nothing to do with clearing and is set aside. */
export function resolveBankLine(
  desk: RunDesk,
  {
    bankLineId,
    pays,
    reason,
    mayActFor,
  }: {
    readonly bankLineId: number;
    readonly pays: { readonly noticeNo: string; readonly lineNo: number } | undefined;
    readonly reason: string;
    readonly mayActFor: (party: PartyCode) => Refusal | undefined;
  },
  acting: Acting,
): Promise<{ readonly ok: true; readonly notice: StoredNotice | undefined } | Refusal> {
  return inTransaction(desk.database, async (tx) => {
    const line = await lockBankLine(tx, bankLineId);
    if (line === undefined) return refuse('CLR-BANK-LINE', { bankLineId: `${bankLineId}` });
    const refusal = mayActFor(line.party);
    if (refusal !== undefined) return refusal;
    if (reason.trim() === '') return refuse('CLR-REASON');
    await storeResolution(tx, bankLineId, pays, { by: acting.by, reason });
    const { at } = now(desk, acting);
    await appendAudit(tx, [
      { ...acting.audit, atMs: at, action: 'statement.resolve', object: `bank-line:${bankLineId}` },
    ]);
    if (pays === undefined) return { ok: true as const, notice: undefined };
    const open = await openLinesOf(tx, line.party);
    if (!open.some(({ noticeNo, lineNo }) => noticeNo === pays.noticeNo && lineNo === pays.lineNo))
      return refuse('CLR-PAY-LINE', { noticeNo: pays.noticeNo, lineNo: `${pays.lineNo}` });
    const { bank_name: bankName, bank_serial: bankSerial, trade_date: tradeDate } = line;
    const payment = { ...pays, bankName, bankSerial, tradeDate, paidFen: line.amount_fen as Fen };
    return payInTransaction(desk, tx, payment, acting);
  });
}
