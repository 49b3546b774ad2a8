import type { LocalDate } from '@yijie/calendar';
import {
  type DeductionReason,
  type DeductionSource,
  type DisputeState,
  FUND_NAMES,
  type FundAmounts,
  fundAmounts,
  NATIONAL_CENTRE,
  type Period,
  type RunOwner,
  yearOf,
} from '@yijie/clearing';
import type { Scheme, VisitKind } from '@yijie/codes';
import { type Fen, fen } from '@yijie/money';
import type { Queryable } from '@yijie/postgres';
import { FUND_COLUMN_LIST, fundColumn, fundColumnList, fundsFromRow } from '../runs/fund-columns.ts';
import { bookedBy } from '../runs/run-deductions.ts';

/** What can be deducted from, and what was: locked, so that two clerks together don't exceed it. */
export interface DeductibleRow {
  readonly settlementId: string;
  readonly settledAtMs: number;
  readonly settledPeriod: Period;
  readonly visitKind: VisitKind;
  readonly scheme: Scheme;
  readonly homePool: string;
  readonly treatmentPool: string;
  readonly homeProvince: string;
  readonly treatmentProvince: string;
  readonly institutionCode: string;
  readonly medicalFen: Fen;
  readonly clearing: FundAmounts;
  readonly deducted: FundAmounts;
  readonly refundId: string | undefined;
  /** The centre's run of it, of a row within a province the province's, is confirmed. */
  readonly isCleared: boolean;
  /** Of its settlement month. */
  readonly year: number;
  /** One of its owners has finally closed that year. */
  readonly isYearClosed: boolean;
}

export async function lockDeductible(
  tx: Queryable,
  settlementId: string,
): Promise<DeductibleRow | undefined> {
  if (!/^[0-9a-f]{32}$/.test(settlementId)) return undefined;
  const id = Buffer.from(settlementId, 'hex');
  const { rows } = await tx.query<SettlementRow>(
    `SELECT r.settlement_id, settled_at_ms, settled_period, visit_kind, scheme, home_pool, treatment_pool, home_province,
            treatment_province, institution_code, medical_fen, ${fundColumnList('r.')},
            EXISTS (SELECT 1 FROM run WHERE owner = CASE WHEN r.national_period IS NULL THEN r.home_province ELSE 'CN' END
              AND period = coalesce(r.national_period, r.home_period)
              AND state IN ('CONFIRMED', 'NOTICED', 'PAYING', 'CLOSED')) AS is_cleared,
            EXISTS (SELECT 1 FROM run_owner WHERE closed_year >= r.settled_period / 100
              AND owner IN (r.home_province, r.treatment_province, 'CN')) AS is_year_closed
       FROM cleared_row r WHERE settlement_id = $1 AND original_id IS NULL FOR UPDATE OF r`,
    [id],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const refund = await tx.query<{ settlement_id: Buffer }>(
    'SELECT settlement_id FROM cleared_row WHERE original_id = $1',
    [id],
  );
  const sums = FUND_NAMES.map((name) => `coalesce(sum_fen(${fundColumn(name)}), 0) AS ${fundColumn(name)}`);
  const deducted = await tx.query<object>(
    `SELECT ${sums.join(', ')} FROM deduction WHERE settlement_id = $1 AND objection_state <> 'UPHELD'`,
    [id],
  );
  return {
    settlementId,
    settledAtMs: row.settled_at_ms,
    settledPeriod: row.settled_period,
    visitKind: row.visit_kind,
    scheme: row.scheme,
    homePool: row.home_pool,
    treatmentPool: row.treatment_pool,
    homeProvince: row.home_province,
    treatmentProvince: row.treatment_province,
    institutionCode: row.institution_code,
    medicalFen: fen(row.medical_fen),
    clearing: fundsFromRow(row),
    deducted: deducted.rows[0] === undefined ? fundAmounts(() => 0) : fundsFromRow(deducted.rows[0]),
    refundId: refund.rows[0]?.settlement_id.toString('hex'),
    isCleared: row.is_cleared,
    year: yearOf(row.settled_period),
    isYearClosed: row.is_year_closed,
  };
}

interface SettlementRow {
  readonly settlement_id: Buffer;
  readonly settled_at_ms: number;
  readonly settled_period: Period;
  readonly visit_kind: VisitKind;
  readonly scheme: Scheme;
  readonly home_pool: string;
  readonly treatment_pool: string;
  readonly home_province: string;
  readonly treatment_province: string;
  readonly institution_code: string;
  readonly medical_fen: number;
  readonly is_cleared: boolean;
  readonly is_year_closed: boolean;
}

/** A deduction as it is kept; its stage and periods follow from the runs that book it. */
export interface StoredDeduction {
  readonly deductId: string;
  readonly settlementId: string;
  readonly takesBack: string | undefined;
  readonly homePool: string;
  readonly treatmentPool: string;
  readonly institutionCode: string;
  readonly funds: FundAmounts;
  readonly reason: DeductionReason;
  readonly reasonText: string;
  readonly source: DeductionSource;
  readonly evidenceNo: string;
  readonly decidedBy: string;
  readonly decidedOn: LocalDate;
  readonly objectionState: 'NONE' | 'OPEN' | 'UPHELD' | 'REJECTED';
  readonly objectionUntil: LocalDate;
  readonly disputeState: DisputeState | undefined;
  /** The centre's, or within a province the province's, run that books it and that cleared its settlement. */
  readonly period: Period | undefined;
  readonly clearedPeriod: Period | undefined;
}

export interface NewDeduction {
  readonly deductId: string;
  readonly funds: FundAmounts;
  readonly reason: DeductionReason;
  readonly reasonText: string;
  readonly source: DeductionSource;
  readonly evidenceNo: string;
  readonly decidedBy: string;
  readonly decidedOn: LocalDate;
  readonly decidedAtMs: number;
  readonly objectionUntil: LocalDate;
}

export async function insertDeduction(
  tx: Queryable,
  settlement: DeductibleRow,
  made: NewDeduction,
): Promise<void> {
  const claimed = FUND_NAMES.reduce((sum, name) => sum + settlement.clearing[name], 0);
  const values: readonly unknown[] = [
    made.deductId,
    Buffer.from(settlement.settlementId, 'hex'),
    settlement.settledAtMs,
    settlement.settledPeriod,
    settlement.homePool,
    settlement.treatmentPool,
    settlement.homeProvince,
    settlement.treatmentProvince,
    settlement.institutionCode,
    settlement.scheme,
    settlement.visitKind,
    claimed,
    made.reason,
    made.reasonText,
    made.source,
    made.evidenceNo,
    made.decidedBy,
    made.decidedOn,
    made.decidedAtMs,
    made.objectionUntil,
    ...FUND_NAMES.map((name) => made.funds[name]),
  ];
  await tx.query(
    `INSERT INTO deduction (deduct_id, settlement_id, settled_at_ms, settled_period, home_pool, treatment_pool,
       home_province, treatment_province, institution_code, scheme, visit_kind, settlement_clearing_fen, reason,
       reason_text, source, evidence_no, decided_by, decided_on, decided_at_ms, objection_until, ${FUND_COLUMN_LIST})
     VALUES (${values.map((_, at) => `$${at + 1}`).join(', ')})`,
    values,
  );
}

export async function findDeduction(
  tx: Queryable,
  deductId: string,
  lock: '' | 'FOR UPDATE OF d' = '',
): Promise<StoredDeduction | undefined> {
  const { rows } = await tx.query<Row>(`${SELECT} WHERE d.deduct_id = $1 ${lock}`, [deductId]);
  return rows[0] === undefined ? undefined : deductionFromRow(rows[0]);
}

export async function deductionsOfSettlement(
  tx: Queryable,
  settlementId: string,
): Promise<readonly StoredDeduction[]> {
  const { rows } = await tx.query<Row>(`${SELECT} WHERE d.settlement_id = $1 ORDER BY d.deduct_id`, [
    Buffer.from(settlementId, 'hex'),
  ]);
  return rows.map(deductionFromRow);
}

export async function deductionsOfRun(
  tx: Queryable,
  owner: RunOwner,
  period: Period,
): Promise<readonly StoredDeduction[]> {
  const { rows } = await tx.query<Row>(
    `${SELECT} WHERE ${bookedBy(owner, 'd.')} ORDER BY d.deduct_id`,
    owner === NATIONAL_CENTRE ? [period] : [period, owner],
  );
  return rows.map(deductionFromRow);
}

export async function setObjection(
  tx: Queryable,
  deductId: string,
  state: 'OPEN' | 'UPHELD' | 'REJECTED',
  { reason, by }: { readonly reason: string; readonly by: string | undefined },
): Promise<void> {
  await tx.query(
    `UPDATE deduction SET objection_state = $2, objection_reason = $3, objection_decided_by = $4 WHERE deduct_id = $1`,
    [deductId, state, reason, by ?? null],
  );
}

export async function setDisputeState(tx: Queryable, deductId: string, state: DisputeState): Promise<void> {
  await tx.query('UPDATE deduction SET dispute_state = $2 WHERE deduct_id = $1', [deductId, state]);
}

const SELECT = `SELECT d.deduct_id, d.settlement_id, d.takes_back, d.home_pool, d.treatment_pool, d.institution_code, d.reason,
    d.reason_text, d.source, d.evidence_no, d.decided_by, d.decided_on, d.objection_state, d.objection_until,
    d.dispute_state, ${fundColumnList('d.')}, coalesce(d.national_period, d.home_period) AS period,
    coalesce(r.national_period, r.home_period) AS cleared_period
  FROM deduction d LEFT JOIN cleared_row r USING (settlement_id)`;

interface Row {
  readonly deduct_id: string;
  readonly settlement_id: Buffer;
  readonly takes_back: string | null;
  readonly home_pool: string;
  readonly treatment_pool: string;
  readonly institution_code: string;
  readonly reason: DeductionReason;
  readonly reason_text: string;
  readonly source: DeductionSource;
  readonly evidence_no: string;
  readonly decided_by: string;
  readonly decided_on: LocalDate;
  readonly objection_state: StoredDeduction['objectionState'];
  readonly objection_until: LocalDate;
  readonly dispute_state: DisputeState | null;
  readonly period: Period | null;
  readonly cleared_period: Period | null;
}

function deductionFromRow(row: Row): StoredDeduction {
  return {
    deductId: row.deduct_id,
    settlementId: row.settlement_id.toString('hex'),
    takesBack: row.takes_back ?? undefined,
    homePool: row.home_pool,
    treatmentPool: row.treatment_pool,
    institutionCode: row.institution_code,
    funds: fundsFromRow(row),
    reason: row.reason,
    reasonText: row.reason_text,
    source: row.source,
    evidenceNo: row.evidence_no,
    decidedBy: row.decided_by,
    decidedOn: row.decided_on,
    objectionState: row.objection_state,
    objectionUntil: row.objection_until,
    disputeState: row.dispute_state ?? undefined,
    period: row.period ?? undefined,
    clearedPeriod: row.cleared_period ?? undefined,
  };
}
