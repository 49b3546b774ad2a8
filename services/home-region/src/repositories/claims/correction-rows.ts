import type { LocalDate } from '@yijie/calendar';
import type { Scheme } from '@yijie/codes';
import { type Fen, fen } from '@yijie/money';
import { type Accumulators, applyChange, type PolicyInput } from '@yijie/policy';
import type { Queryable } from '@yijie/postgres';
import { eachFund, FUND_NAMES, type Funds, type PaidSoFar } from '../../core/claims/correct-settlement.ts';
import type { CorrectionReason, CorrectionState } from '../../core/claims/correction-states.ts';

export interface Correction {
  readonly correctionId: Buffer;
  readonly settlementId: Buffer;
  readonly ordinal: number;
  readonly personToken: string;
  readonly homePool: string;
  readonly state: CorrectionState;
  readonly reasonCode: CorrectionReason;
  readonly reason: string;
  readonly policyVersion: string;
  readonly difference: Funds;
  readonly netFen: Fen;
  readonly accumulatorDelta: Accumulators;
  readonly proposedBy: string;
  readonly proposedAtMs: number;
  readonly decidedBy: string | null;
  readonly decidedAtMs: number | null;
  readonly decisionReason: string | null;
  readonly paidBy: string | null;
  readonly paidOn: LocalDate | null;
  readonly bankReference: string | null;
}

export interface NewCorrection
  extends Pick<
    Correction,
    | 'personToken'
    | 'homePool'
    | 'ordinal'
    | 'reasonCode'
    | 'reason'
    | 'policyVersion'
    | 'difference'
    | 'netFen'
    | 'accumulatorDelta'
    | 'proposedBy'
    | 'proposedAtMs'
  > {
  readonly correctionId: Uint8Array;
  readonly settlementId: Uint8Array;
  readonly policyInput: PolicyInput;
  readonly differs: boolean;
}

/** A settlement as a correction reads it. */
export interface CorrectedSettlement {
  readonly personToken: string;
  readonly homePool: string;
  readonly scheme: Scheme;
  readonly benefitYear: string;
  readonly policyVersion: string;
  /** Null on a refund. */
  readonly policyInput: PolicyInput | null;
  readonly paid: PaidSoFar;
  readonly open: Buffer | null;
  readonly nextOrdinal: number;
}

const FUND_COLUMNS = `pool_fund_fen, large_amount_fen, serious_illness_fen, civil_servant_fen, enterprise_supplement_fen,
  medical_aid_fen, other_fund_fen`;

/** Locks the settlement for corrections; refunds take no such lock, the chain of accumulators keeps them apart. */
export async function lockCorrectedSettlement(
  tx: Queryable,
  settlementId: Uint8Array,
  pool: string | undefined,
): Promise<CorrectedSettlement | undefined> {
  const { rows } = await tx.query<SettlementRow>(
    `SELECT s.person_token, s.home_pool, s.scheme, s.benefit_year, s.policy_version, s.policy_input,
            s.accumulator_delta, s.earlier_delta, ${columnsOf('s')}
       FROM settlement s WHERE s.settlement_id = $1 AND ($2::text IS NULL OR s.home_pool = $2) FOR UPDATE`,
    [settlementId, pool ?? null],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const corrections = await correctionsOf(tx, settlementId, pool);
  const approved = corrections.filter(({ state }) => state !== 'OPEN' && state !== 'REJECTED');
  return {
    personToken: row.person_token,
    homePool: row.home_pool,
    scheme: row.scheme,
    benefitYear: row.benefit_year,
    policyVersion: row.policy_version,
    policyInput: row.policy_input,
    paid: {
      settled: fundsOf(row),
      // Of a stay shared out over two years: what it moved in both; a correction falls on the deciding one.
      settledDelta: applyChange(row.accumulator_delta, row.earlier_delta ?? {}),
      corrected: eachFund((name) => approved.reduce((sum, one) => sum + one.difference[name], 0)),
      correctedDelta: approved.reduce<Accumulators>((sum, one) => applyChange(sum, one.accumulatorDelta), {}),
    },
    open: corrections.find(({ state }) => state === 'OPEN')?.correctionId ?? null,
    nextOrdinal: corrections.length + 1,
  };
}

/** The refund that undid the settlement. */
export async function refundOf(tx: Queryable, settlementId: Uint8Array): Promise<Buffer | undefined> {
  const { rows } = await tx.query<{ settlement_id: Buffer }>(
    'SELECT settlement_id FROM settlement WHERE original_id = $1',
    [settlementId],
  );
  return rows[0]?.settlement_id;
}

export async function correctionsOf(
  database: Queryable,
  settlementId: Uint8Array,
  pool: string | undefined,
): Promise<Correction[]> {
  const { rows } = await database.query<CorrectionRow>(
    `SELECT * FROM correction WHERE settlement_id = $1 AND ($2::text IS NULL OR home_pool = $2) ORDER BY ordinal`,
    [settlementId, pool ?? null],
  );
  return rows.map(correction);
}

/** Locks the correction until the transaction ends: the second of two clerks sees what the first one did. */
export async function lockCorrection(
  tx: Queryable,
  correctionId: Uint8Array,
  pool: string | undefined,
): Promise<Correction | undefined> {
  const { rows } = await tx.query<CorrectionRow>(
    'SELECT * FROM correction WHERE correction_id = $1 AND ($2::text IS NULL OR home_pool = $2) FOR UPDATE',
    [correctionId, pool ?? null],
  );
  return rows[0] && correction(rows[0]);
}

export async function addCorrection(tx: Queryable, added: NewCorrection): Promise<Correction> {
  const { rows } = await tx.query<CorrectionRow>(
    `INSERT INTO correction (correction_id, settlement_id, ordinal, person_token, home_pool, state, reason_code, reason,
       policy_version, policy_input, ${FUND_COLUMNS}, net_fen, accumulator_delta, differs, proposed_by, proposed_at_ms)
     VALUES ($1, $2, $3, $4, $5, 'OPEN', $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
     RETURNING *`,
    [
      added.correctionId,
      added.settlementId,
      added.ordinal,
      added.personToken,
      added.homePool,
      added.reasonCode,
      added.reason,
      added.policyVersion,
      JSON.stringify(added.policyInput),
      ...FUND_NAMES.map((name) => added.difference[name]),
      added.netFen,
      JSON.stringify(added.accumulatorDelta),
      added.differs,
      added.proposedBy,
      added.proposedAtMs,
    ],
  );
  return correction(rows[0] as CorrectionRow);
}

export async function decideCorrectionRow(
  tx: Queryable,
  correctionId: Uint8Array,
  decision: { state: CorrectionState; by: string; atMs: number; reason: string },
): Promise<Correction> {
  const { rows } = await tx.query<CorrectionRow>(
    `UPDATE correction SET state = $2, decided_by = $3, decided_at_ms = $4, decision_reason = $5
      WHERE correction_id = $1 AND state = 'OPEN' RETURNING *`,
    [correctionId, decision.state, decision.by, decision.atMs, decision.reason],
  );
  return correction(rows[0] as CorrectionRow);
}

export async function payCorrectionRow(
  tx: Queryable,
  correctionId: Uint8Array,
  payment: { by: string; atMs: number; on: LocalDate; bankReference: string },
): Promise<Correction> {
  const { rows } = await tx.query<CorrectionRow>(
    `UPDATE correction SET state = 'PAID', paid_by = $2, paid_at_ms = $3, paid_on = $4, bank_reference = $5
      WHERE correction_id = $1 AND state = 'APPROVED' RETURNING *`,
    [correctionId, payment.by, payment.atMs, payment.on, payment.bankReference],
  );
  return correction(rows[0] as CorrectionRow);
}

export async function isCorrectionBankReference(
  tx: Queryable,
  homePool: string,
  bankReference: string,
): Promise<boolean> {
  const { rows } = await tx.query('SELECT 1 FROM correction WHERE home_pool = $1 AND bank_reference = $2', [
    homePool,
    bankReference,
  ]);
  return rows.length > 0;
}

/** Settlements of the same year after this one, those refunded left out: they were computed on what it left. */
export async function settledAfter(database: Queryable, settlementId: Uint8Array): Promise<Buffer[]> {
  const { rows } = await database.query<{ settlement_id: Buffer }>(
    `SELECT n.settlement_id
       FROM settlement s
       JOIN accumulator_entry o ON o.person_token = s.person_token AND o.scheme = s.scheme
                               AND o.benefit_year = s.benefit_year AND o.settlement_id = s.settlement_id
       JOIN accumulator_entry e ON e.person_token = o.person_token AND e.scheme = o.scheme
                               AND e.benefit_year = o.benefit_year AND e.ordinal > o.ordinal
       JOIN settlement n ON n.settlement_id = e.settlement_id AND n.original_id IS NULL
      WHERE s.settlement_id = $1
        AND NOT EXISTS (SELECT 1 FROM settlement r WHERE r.original_id = n.settlement_id)
      ORDER BY e.ordinal`,
    [settlementId],
  );
  return rows.map((row) => row.settlement_id);
}

interface FundRow {
  readonly pool_fund_fen: number;
  readonly large_amount_fen: number;
  readonly serious_illness_fen: number;
  readonly civil_servant_fen: number;
  readonly enterprise_supplement_fen: number;
  readonly medical_aid_fen: number;
  readonly other_fund_fen: number;
}

interface SettlementRow extends FundRow {
  readonly person_token: string;
  readonly home_pool: string;
  readonly scheme: Scheme;
  readonly benefit_year: string;
  readonly policy_version: string;
  readonly policy_input: PolicyInput | null;
  readonly accumulator_delta: Accumulators;
  readonly earlier_delta: Accumulators | null;
}

interface CorrectionRow extends FundRow {
  readonly correction_id: Buffer;
  readonly settlement_id: Buffer;
  readonly ordinal: number;
  readonly person_token: string;
  readonly home_pool: string;
  readonly state: CorrectionState;
  readonly reason_code: CorrectionReason;
  readonly reason: string;
  readonly policy_version: string;
  readonly net_fen: number;
  readonly accumulator_delta: Accumulators;
  readonly proposed_by: string;
  readonly proposed_at_ms: number;
  readonly decided_by: string | null;
  readonly decided_at_ms: number | null;
  readonly decision_reason: string | null;
  readonly paid_by: string | null;
  readonly paid_on: LocalDate | null;
  readonly bank_reference: string | null;
}

function correction(row: CorrectionRow): Correction {
  return {
    correctionId: row.correction_id,
    settlementId: row.settlement_id,
    ordinal: row.ordinal,
    personToken: row.person_token,
    homePool: row.home_pool,
    state: row.state,
    reasonCode: row.reason_code,
    reason: row.reason,
    policyVersion: row.policy_version,
    difference: fundsOf(row),
    netFen: fen(row.net_fen),
    accumulatorDelta: row.accumulator_delta,
    proposedBy: row.proposed_by,
    proposedAtMs: row.proposed_at_ms,
    decidedBy: row.decided_by,
    decidedAtMs: row.decided_at_ms,
    decisionReason: row.decision_reason,
    paidBy: row.paid_by,
    paidOn: row.paid_on,
    bankReference: row.bank_reference,
  };
}

function fundsOf(row: FundRow): Funds {
  return {
    poolFundFen: fen(row.pool_fund_fen),
    largeAmountFen: fen(row.large_amount_fen),
    seriousIllnessFen: fen(row.serious_illness_fen),
    civilServantFen: fen(row.civil_servant_fen),
    enterpriseSupplementFen: fen(row.enterprise_supplement_fen),
    medicalAidFen: fen(row.medical_aid_fen),
    otherFundFen: fen(row.other_fund_fen),
  };
}

function columnsOf(table: string): string {
  return FUND_COLUMNS.split(',')
    .map((column) => `${table}.${column.trim()}`)
    .join(', ');
}
