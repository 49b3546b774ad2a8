import { localDateAt } from '@yijie/calendar';
import {
  type DeductedSettlement,
  type Deduction,
  type DeductionReason,
  type DeductionSource,
  type DeductionStage,
  type DisputeState,
  NATIONAL_CENTRE,
  type Period,
  partiesIn,
  type RunDeduction,
  type RunOwner,
} from '@yijie/clearing';
import type { Scheme, VisitKind } from '@yijie/codes';
import { fen } from '@yijie/money';
import type { Queryable } from '@yijie/postgres';
import { fundColumnList, fundsFromRow } from './fund-columns.ts';

/** The deductions that an owner's run books, as table 14 prints them. */
export async function readRunDeductions(
  tx: Queryable,
  owner: RunOwner,
  period: Period,
): Promise<readonly RunDeduction[]> {
  const { rows } = await tx.query<DeductionRow>(
    `SELECT ${DEDUCTION_COLUMNS}, ${periodOfRow(owner)} AS cleared_period, ${originalBooking(owner)} AS taken_period,
            ${ownerPeriod(owner, 'd.')} AS booked_period
       FROM deduction d
       LEFT JOIN cleared_row r ON r.settlement_id = d.settlement_id
       LEFT JOIN deduction t ON t.deduct_id = d.takes_back
      WHERE ${bookedBy(owner, 'd.')}
      ORDER BY d.deduct_id`,
    owner === NATIONAL_CENTRE ? [period] : [period, owner],
  );
  return rows.flatMap((row) => {
    const deduction = deductionFromRow(row);
    const parties = partiesIn(owner, deduction);
    return parties === undefined ? [] : [{ deduction, ...parties }];
  });
}

/** Every settlement that a deduction of the run touches, with all deductions of it in all periods (R20). */
export async function readDeductedSettlements(
  tx: Queryable,
  owner: RunOwner,
  period: Period,
): Promise<readonly DeductedSettlement[]> {
  const { rows } = await tx.query<{ settlement_id: Buffer }>(
    `SELECT r.settlement_id, ${fundColumnList('r.')} FROM cleared_row r
      WHERE r.settlement_id IN (SELECT settlement_id FROM deduction d WHERE ${bookedBy(owner, 'd.')})
      ORDER BY r.settlement_id`,
    owner === NATIONAL_CENTRE ? [period] : [period, owner],
  );
  if (rows.length === 0) return [];
  const deductions = await tx.query<{ settlement_id: Buffer }>(
    `SELECT settlement_id, ${fundColumnList()} FROM deduction
      WHERE settlement_id = ANY($1) AND objection_state <> 'UPHELD'`,
    [rows.map((row) => row.settlement_id)],
  );
  const bySettlement = Map.groupBy(deductions.rows, (row) => row.settlement_id.toString('hex'));
  return rows.map((row) => {
    const settlementId = row.settlement_id.toString('hex');
    const taken = bySettlement.get(settlementId) ?? [];
    return { settlementId, clearing: fundsFromRow(row), deductions: taken.map(fundsFromRow) };
  });
}

/** The period in which an owner counts a row of `alias` (cleared_row or deduction). */
export function ownerPeriod(owner: RunOwner, alias: string): string {
  if (owner === NATIONAL_CENTRE) return `${alias}national_period`;
  return `CASE WHEN ${alias}home_province = '${provinceCode(owner)}' THEN ${alias}home_period ELSE ${alias}treatment_period END`;
}

/** Rows of `alias` that an owner counts in period $1; $2 is the owner when it is a province. */
export function bookedBy(owner: RunOwner, alias: string): string {
  if (owner === NATIONAL_CENTRE) return `${alias}national_period = $1`;
  return `((${alias}home_province = $2 AND ${alias}home_period = $1)
        OR (${alias}treatment_province = $2 AND ${alias}treatment_period = $1))`;
}

/** An owner stands in SQL text only as six digits. */
function provinceCode(owner: RunOwner): string {
  if (!/^\d{6}$/.test(owner)) throw new Error(`not a run owner: ${owner}`);
  return owner;
}

function periodOfRow(owner: RunOwner): string {
  return ownerPeriod(owner, 'r.');
}

function originalBooking(owner: RunOwner): string {
  return ownerPeriod(owner, 't.');
}

export const DEDUCTION_COLUMNS = `d.deduct_id, d.settlement_id, d.takes_back, d.settled_at_ms, d.settled_period, d.home_pool,
  d.treatment_pool, d.institution_code, d.scheme, d.visit_kind, d.settlement_clearing_fen, d.reason, d.reason_text,
  d.source, d.decided_by, d.decided_at_ms, d.evidence_no, d.dispute_state, ${fundColumnList('d.')}`;

export interface DeductionRow {
  readonly deduct_id: string;
  readonly settlement_id: Buffer;
  readonly takes_back: string | null;
  readonly settled_at_ms: number;
  readonly settled_period: Period;
  readonly home_pool: string;
  readonly treatment_pool: string;
  readonly institution_code: string;
  readonly scheme: Scheme;
  readonly visit_kind: VisitKind;
  readonly settlement_clearing_fen: number;
  readonly reason: DeductionReason;
  readonly reason_text: string;
  readonly source: DeductionSource;
  readonly decided_by: string;
  readonly decided_at_ms: number;
  readonly evidence_no: string;
  readonly dispute_state: DisputeState | null;
  /** The owner's run that cleared the settlement's own row. */
  readonly cleared_period: Period | null;
  /** Of a negative row: the owner's run that booked the deduction it takes back. */
  readonly taken_period: Period | null;
  /** The owner's run that books this one. */
  readonly booked_period: Period;
}

function deductionFromRow(row: DeductionRow): Deduction {
  const { stage, origPeriod } = stageOf(row);
  return {
    deductId: row.deduct_id,
    settlementId: row.settlement_id.toString('hex'),
    settledAt: row.settled_at_ms as Deduction['settledAt'],
    settledPeriod: row.settled_period,
    homePool: row.home_pool,
    treatmentPool: row.treatment_pool,
    institutionCode: row.institution_code,
    scheme: row.scheme,
    visitKind: row.visit_kind,
    settlementClearingFen: fen(row.settlement_clearing_fen),
    funds: fundsFromRow(row),
    reason: row.reason,
    reasonText: row.reason_text,
    stage,
    origPeriod,
    period: row.booked_period,
    source: row.source,
    decidedBy: row.decided_by,
    decidedOn: localDateAt(row.decided_at_ms),
    evidenceNo: row.evidence_no,
    disputeState: row.dispute_state ?? undefined,
    takesBack: row.takes_back ?? undefined,
  };
}

/**
 * Stage A while the settlement's own run books it; of a negative row those of a deduction of the same run, else stage B
 * with the period that booked the deduction (clearing-and-filing §4.5).
 */
function stageOf(row: DeductionRow): { readonly stage: DeductionStage; readonly origPeriod: Period } {
  const { cleared_period: cleared, taken_period: taken, booked_period: booked } = row;
  if (taken !== null && taken !== booked) return { stage: 'B', origPeriod: taken };
  const origPeriod = cleared ?? booked;
  return { stage: origPeriod === booked ? 'A' : 'B', origPeriod };
}
