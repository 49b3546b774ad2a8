import type { LocalDate } from '@yijie/calendar';
import {
  type LineStanding,
  type Notice,
  type NoticeCategory,
  type NoticeDirection,
  type NoticeLine,
  type NoticeState,
  type NoticeStep,
  noticeState,
  type PartyCode,
  type Payment,
  type RunOwner,
  type TableNumber,
  type TransferComponent,
  type TransferKind,
} from '@yijie/clearing';
import type { Scheme } from '@yijie/codes';
import { fen } from '@yijie/money';
import type { Queryable } from '@yijie/postgres';

/** A notice as it stands: the step people took, and how far its lines are paid and confirmed. */
export interface StoredNotice {
  readonly notice: Notice;
  readonly step: NoticeStep;
  readonly state: NoticeState;
  readonly standings: readonly LineStanding[];
  readonly payments: readonly Payment[];
}

export async function insertNotices(
  tx: Queryable,
  notices: readonly Notice[],
  componentsOf: (noticeNo: string, lineNo: number) => readonly TransferComponent[] | undefined,
  by: string,
  atMs: number,
): Promise<void> {
  const records = notices.map((notice) => ({
    notice_no: notice.noticeNo,
    run_owner: notice.runOwner,
    level: notice.level,
    party: notice.party,
    direction: notice.direction,
    category: notice.category,
    period: notice.period,
    revision: notice.revision,
    step: 'ISSUED',
    issued_on: notice.issuedOn,
    due_on: notice.dueOn,
    total_fen: notice.totalFen,
    basis_table: notice.basis.tableNo,
    basis_revision: notice.basis.revision,
    basis_hash: notice.basis.contentHash,
    issued_by: by,
    issued_at_ms: atMs,
  }));
  const lines = notices.flatMap(({ noticeNo, lines: own }) =>
    own.map((line) => ({
      notice_no: noticeNo,
      line_no: line.lineNo,
      counterparty: line.counterparty,
      kind: line.kind,
      scheme: line.scheme,
      employee_fen: line.employeeFen,
      resident_fen: line.residentFen,
      amount_fen: line.amountFen,
      twin_notice_no: line.twinNoticeNo,
      twin_line_no: line.twinLineNo,
      components: componentsOf(noticeNo, line.lineNo) ?? null,
      paid_fen: 0,
    })),
  );
  await tx.query('INSERT INTO notice SELECT * FROM json_populate_recordset(NULL::notice, $1)', [
    JSON.stringify(records),
  ]);
  await tx.query('INSERT INTO notice_line SELECT * FROM json_populate_recordset(NULL::notice_line, $1)', [
    JSON.stringify(lines),
  ]);
}

export interface NoticeFilter {
  readonly noticeNos?: readonly string[] | undefined;
  readonly owner?: RunOwner | undefined;
  readonly period?: string | undefined;
  readonly party?: PartyCode | undefined;
  readonly category?: NoticeCategory | undefined;
}

/** Notices with lines and payments, sorted by number. A receipt notice reads its twins' payments. */
export async function findNotices(
  tx: Queryable,
  filter: NoticeFilter,
  lock: '' | 'FOR UPDATE' = '',
): Promise<readonly StoredNotice[]> {
  const { noticeNos, owner, period, party, category } = filter;
  const { rows } = await tx.query<NoticeRow>(
    `SELECT * FROM notice
      WHERE ($1::text[] IS NULL OR notice_no = ANY($1)) AND ($2::text IS NULL OR run_owner = $2)
        AND ($3::text IS NULL OR period = $3) AND ($4::text IS NULL OR party = $4)
        AND ($5::text IS NULL OR category = $5)
      ORDER BY notice_no ${lock}`,
    [noticeNos ?? null, owner ?? null, period ?? null, party ?? null, category ?? null],
  );
  if (rows.length === 0) return [];
  const numbers = rows.map((row) => row.notice_no);
  const lines = await tx.query<LineRow>(
    `SELECT l.*, p.paid_fen AS moved_fen, p.confirmed_by IS NOT NULL AS is_confirmed, n.direction
       FROM notice_line l JOIN notice n USING (notice_no)
       JOIN notice_line p ON (p.notice_no, p.line_no) =
         (CASE WHEN n.direction = 'PAY' THEN l.notice_no ELSE l.twin_notice_no END,
          CASE WHEN n.direction = 'PAY' THEN l.line_no ELSE l.twin_line_no END)
      WHERE l.notice_no = ANY($1) ORDER BY l.notice_no, l.line_no`,
    [numbers],
  );
  const payments = await tx.query<PaymentRow>(
    `SELECT l.notice_no AS shown_no, l.line_no AS shown_line, p.*
       FROM notice_line l JOIN notice n USING (notice_no) JOIN payment p ON (p.notice_no, p.line_no) =
         (CASE WHEN n.direction = 'PAY' THEN l.notice_no ELSE l.twin_notice_no END,
          CASE WHEN n.direction = 'PAY' THEN l.line_no ELSE l.twin_line_no END)
      WHERE l.notice_no = ANY($1) ORDER BY p.payment_id`,
    [numbers],
  );
  const linesOf = Map.groupBy(lines.rows, (row) => row.notice_no);
  const paymentsOf = Map.groupBy(payments.rows, (row) => row.shown_no);
  return rows.map((row) =>
    noticeFromRows(row, linesOf.get(row.notice_no) ?? [], paymentsOf.get(row.notice_no) ?? []),
  );
}

export async function findNotice(
  tx: Queryable,
  noticeNo: string,
  lock: '' | 'FOR UPDATE' = '',
): Promise<StoredNotice | undefined> {
  const [found] = await findNotices(tx, { noticeNos: [noticeNo] }, lock);
  return found;
}

export async function stepNotices(
  tx: Queryable,
  noticeNos: readonly string[],
  step: NoticeStep,
  { by, atMs, reason }: { by: string; atMs: number; reason?: string },
): Promise<void> {
  await tx.query(
    'UPDATE notice SET step = $2, stepped_by = $3, stepped_at_ms = $4, void_reason = $5 WHERE notice_no = ANY($1)',
    [noticeNos, step, by, atMs, reason ?? null],
  );
}

export async function isSerialTaken(tx: Queryable, party: PartyCode, bankSerial: string): Promise<boolean> {
  const { rows } = await tx.query('SELECT 1 FROM payment WHERE party = $1 AND bank_serial = $2', [
    party,
    bankSerial,
  ]);
  return rows.length > 0;
}

export async function insertPayment(
  tx: Queryable,
  party: PartyCode,
  { noticeNo, lineNo, bankName, bankSerial, tradeDate, paidFen }: Payment,
  by: string,
  atMs: number,
): Promise<void> {
  await tx.query(
    `INSERT INTO payment (notice_no, line_no, party, bank_name, bank_serial, trade_date, paid_fen, recorded_by, recorded_at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [noticeNo, lineNo, party, bankName, bankSerial, tradeDate, paidFen, by, atMs],
  );
  await tx.query('UPDATE notice_line SET paid_fen = paid_fen + $3 WHERE notice_no = $1 AND line_no = $2', [
    noticeNo,
    lineNo,
    paidFen,
  ]);
}

/** What a line settles, as it was worked out when it was issued. */
export async function readComponents(
  tx: Queryable,
  noticeNo: string,
  lineNo: number,
): Promise<readonly TransferComponent[]> {
  const { rows } = await tx.query<{ components: readonly TransferComponent[] | null }>(
    'SELECT components FROM notice_line WHERE notice_no = $1 AND line_no = $2',
    [noticeNo, lineNo],
  );
  return rows[0]?.components ?? [];
}

export async function confirmLines(
  tx: Queryable,
  lines: readonly { readonly noticeNo: string; readonly lineNo: number }[],
  by: string,
  atMs: number,
): Promise<void> {
  await tx.query(
    `UPDATE notice_line l SET confirmed_by = $3, confirmed_at_ms = $4
       FROM unnest($1::text[], $2::int[]) AS c (notice_no, line_no)
      WHERE l.notice_no = c.notice_no AND l.line_no = c.line_no AND confirmed_by IS NULL`,
    [lines.map(({ noticeNo }) => noticeNo), lines.map(({ lineNo }) => lineNo), by, atMs],
  );
}

/** Lines of payment notices of a run that aren't paid in full and confirmed. */
export async function countOpenLines(
  tx: Queryable,
  owner: RunOwner,
  period: string,
  category: NoticeCategory,
): Promise<number> {
  const { rows } = await tx.query<{ open: number }>(
    `SELECT count(*)::int AS open FROM notice_line JOIN notice USING (notice_no)
      WHERE run_owner = $1 AND period = $2 AND category = $3 AND direction = 'PAY' AND step <> 'VOID'
        AND confirmed_by IS NULL`,
    [owner, period, category],
  );
  return rows[0]?.open ?? 0;
}

interface NoticeRow {
  readonly notice_no: string;
  readonly run_owner: RunOwner;
  readonly level: Notice['level'];
  readonly party: PartyCode;
  readonly direction: NoticeDirection;
  readonly category: NoticeCategory;
  readonly period: string;
  readonly revision: number;
  readonly step: NoticeStep;
  readonly issued_on: LocalDate;
  readonly due_on: LocalDate;
  readonly total_fen: number;
  readonly basis_table: TableNumber;
  readonly basis_revision: number;
  readonly basis_hash: string;
}

interface LineRow {
  readonly notice_no: string;
  readonly line_no: number;
  readonly counterparty: PartyCode;
  readonly kind: TransferKind;
  readonly scheme: Scheme | null;
  readonly employee_fen: number;
  readonly resident_fen: number;
  readonly amount_fen: number;
  readonly twin_notice_no: string;
  readonly twin_line_no: number;
  readonly moved_fen: number;
  readonly is_confirmed: boolean;
}

interface PaymentRow {
  readonly shown_no: string;
  readonly shown_line: number;
  readonly bank_name: string;
  readonly bank_serial: string;
  readonly trade_date: LocalDate;
  readonly paid_fen: number;
}

function noticeFromRows(
  row: NoticeRow,
  lineRows: readonly LineRow[],
  paymentRows: readonly PaymentRow[],
): StoredNotice {
  const standings = lineRows.map(
    (line): LineStanding => ({
      line: lineFromRow(line),
      paidFen: fen(line.moved_fen),
      confirmed: line.is_confirmed,
    }),
  );
  const notice: Notice = {
    noticeNo: row.notice_no,
    level: row.level,
    runOwner: row.run_owner,
    party: row.party,
    direction: row.direction,
    category: row.category,
    period: row.period,
    revision: row.revision,
    issuedOn: row.issued_on,
    dueOn: row.due_on,
    lines: standings.map(({ line }) => line),
    totalFen: fen(row.total_fen),
    basis: { tableNo: row.basis_table, revision: row.basis_revision, contentHash: row.basis_hash },
  };
  const payments = paymentRows.map(
    (payment): Payment => ({
      noticeNo: row.notice_no,
      lineNo: payment.shown_line,
      bankName: payment.bank_name,
      bankSerial: payment.bank_serial,
      tradeDate: payment.trade_date,
      paidFen: fen(payment.paid_fen),
    }),
  );
  return { notice, step: row.step, state: noticeState(row.step, standings), standings, payments };
}

function lineFromRow(row: LineRow): NoticeLine {
  return {
    lineNo: row.line_no,
    counterparty: row.counterparty,
    kind: row.kind,
    scheme: row.scheme,
    employeeFen: fen(row.employee_fen),
    residentFen: fen(row.resident_fen),
    amountFen: fen(row.amount_fen),
    twinNoticeNo: row.twin_notice_no,
    twinLineNo: row.twin_line_no,
  };
}
