import type { LocalDate } from '@yijie/calendar';
import type { OpenLine, PartyCode } from '@yijie/clearing';
import { fen } from '@yijie/money';
import type { Queryable } from '@yijie/postgres';

/** A line of a bank statement as it is kept. */
export interface BankLineRow {
  readonly bank_line_id: number;
  readonly party: PartyCode;
  readonly bank_name: string;
  readonly bank_serial: string;
  readonly trade_date: LocalDate;
  readonly amount_fen: number;
  readonly counterparty: string;
  readonly remark: string;
  readonly code: string | null;
  readonly candidates: readonly string[];
}

/** Lines of a party's payment notices that finance has and that aren't paid in full. */
export async function openLinesOf(tx: Queryable, party: PartyCode): Promise<readonly OpenLine[]> {
  const { rows } = await tx.query<{
    notice_no: string;
    line_no: number;
    counterparty: PartyCode;
    left_fen: number;
  }>(
    `SELECT notice_no, line_no, counterparty, amount_fen - paid_fen AS left_fen
       FROM notice_line JOIN notice USING (notice_no)
      WHERE party = $1 AND direction = 'PAY' AND step = 'SUBMITTED' AND paid_fen < amount_fen
      ORDER BY notice_no, line_no`,
    [party],
  );
  return rows.map((row) => ({
    noticeNo: row.notice_no,
    lineNo: row.line_no,
    counterparty: row.counterparty,
    leftFen: fen(row.left_fen),
  }));
}

/** True when the line is new; the same serial number of the same payer was imported before otherwise. */
export async function insertBankLine(
  tx: Queryable,
  row: Omit<BankLineRow, 'bank_line_id'> & {
    readonly state: 'BOOKED' | 'OPEN';
    readonly notice_no: string | null;
    readonly line_no: number | null;
    readonly imported_by: string;
    readonly imported_at_ms: number;
  },
): Promise<boolean> {
  const { count } = await tx.query(
    `INSERT INTO bank_line (party, bank_name, bank_serial, trade_date, amount_fen, counterparty, remark, state, code,
       candidates, notice_no, line_no, imported_by, imported_at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     ON CONFLICT (party, bank_serial) DO NOTHING`,
    [
      row.party,
      row.bank_name,
      row.bank_serial,
      row.trade_date,
      row.amount_fen,
      row.counterparty,
      row.remark,
      row.state,
      row.code,
      row.candidates,
      row.notice_no,
      row.line_no,
      row.imported_by,
      row.imported_at_ms,
    ],
  );
  return count === 1;
}

export async function isBankLineKnown(tx: Queryable, party: PartyCode, bankSerial: string): Promise<boolean> {
  const { rows } = await tx.query(
    `SELECT 1 FROM bank_line WHERE party = $1 AND bank_serial = $2
     UNION ALL SELECT 1 FROM payment WHERE party = $1 AND bank_serial = $2`,
    [party, bankSerial],
  );
  return rows.length > 0;
}

export async function openBankLines(tx: Queryable, party: PartyCode): Promise<readonly BankLineRow[]> {
  const { rows } = await tx.query<BankLineRow>(
    `SELECT bank_line_id, party, bank_name, bank_serial, trade_date, amount_fen, counterparty, remark, code, candidates
       FROM bank_line WHERE party = $1 AND state = 'OPEN' ORDER BY bank_line_id`,
    [party],
  );
  return rows;
}

export async function lockBankLine(tx: Queryable, bankLineId: number): Promise<BankLineRow | undefined> {
  const { rows } = await tx.query<BankLineRow>(
    `SELECT bank_line_id, party, bank_name, bank_serial, trade_date, amount_fen, counterparty, remark, code, candidates
       FROM bank_line WHERE bank_line_id = $1 AND state = 'OPEN' FOR UPDATE`,
    [bankLineId],
  );
  return rows[0];
}

export async function resolveBankLine(
  tx: Queryable,
  bankLineId: number,
  pays: { readonly noticeNo: string; readonly lineNo: number } | undefined,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<void> {
  await tx.query(
    `UPDATE bank_line SET state = $2, notice_no = $3, line_no = $4, resolved_by = $5, resolved_reason = $6
      WHERE bank_line_id = $1`,
    [
      bankLineId,
      pays === undefined ? 'SET_ASIDE' : 'BOOKED',
      pays?.noticeNo ?? null,
      pays?.lineNo ?? null,
      by,
      reason,
    ],
  );
}
