import type { Candidate, CarryReason, Membership, OwnerProgress, Period, RunOwner } from '@yijie/clearing';
import { int4Array, type Queryable, type Statement, textArray } from '@yijie/postgres';
import { idArray } from '../ids.ts';

/** An open row as the decision needs it. */
export interface OpenCandidate extends Candidate {
  readonly settlementId: string;
  readonly reasons: readonly CarryReason[];
}

/**
 * Holds the open rows and those of their originals, in one order for everybody. Whoever makes a row complete from
 * another side (its confirmation, its original) waits here, and then sees what was done meanwhile.
 */
const lockStatement: Statement = {
  name: 'clearing_lock_open_rows',
  sql: `
    SELECT 1 FROM open_row
     WHERE settlement_id IN (
           SELECT id FROM unnest($1::bytea[]) AS i(id)
            UNION
           SELECT o.original_id FROM unnest($1::bytea[]) AS i(id) JOIN open_row o ON o.settlement_id = i.id
            WHERE o.original_id IS NOT NULL)
     ORDER BY settlement_id FOR UPDATE`,
};

export async function lockOpenRows(tx: Queryable, ids: readonly string[]): Promise<void> {
  await tx.query(lockStatement, [idArray(ids)]);
}

const candidatesStatement: Statement = {
  name: 'clearing_candidates',
  sql: `
    SELECT o.settlement_id, o.original_id IS NOT NULL AS is_refund, o.home_pool, o.treatment_pool, o.settled_period,
           o.match_state = 'MATCHED' AS is_matched, o.reasons, c.settlement_id IS NOT NULL AS is_confirmed,
           r.national_period, r.home_period, r.treatment_period,
           EXISTS (SELECT 1 FROM match_resolution m
                    WHERE m.settlement_id = o.settlement_id AND m.kind = 'ADMIT_LATE') AS is_admitted_late
      FROM unnest($1::bytea[]) AS i(id)
      JOIN open_row o ON o.settlement_id = i.id
      LEFT JOIN hospital_confirmation c ON c.settlement_id = o.settlement_id
      LEFT JOIN cleared_row r ON r.settlement_id = o.original_id`,
};

interface CandidateRow {
  readonly settlement_id: Buffer;
  readonly is_refund: boolean;
  readonly home_pool: string;
  readonly treatment_pool: string;
  readonly settled_period: Period;
  readonly is_matched: boolean;
  readonly reasons: readonly CarryReason[];
  readonly is_confirmed: boolean;
  readonly national_period: Period | null;
  readonly home_period: Period | null;
  readonly treatment_period: Period | null;
  readonly is_admitted_late: boolean;
}

export async function openCandidates(tx: Queryable, ids: readonly string[]): Promise<OpenCandidate[]> {
  const { rows } = await tx.query<CandidateRow>(candidatesStatement, [idArray(ids)]);
  return rows.map((row) => ({
    settlementId: row.settlement_id.toString('hex'),
    settledPeriod: row.settled_period,
    homePool: row.home_pool,
    treatmentPool: row.treatment_pool,
    isMatched: row.is_matched,
    isConfirmed: row.is_confirmed,
    isAdmittedLate: row.is_admitted_late,
    original: row.is_refund ? placeOf(row) : undefined,
    reasons: row.reasons,
  }));
}

function placeOf({
  national_period,
  home_period,
  treatment_period,
}: CandidateRow): Membership | 'NOT_CLEARED' {
  if (home_period === null || treatment_period === null) return 'NOT_CLEARED';
  return { national: national_period ?? undefined, home: home_period, treatment: treatment_period };
}

const progressStatement: Statement = {
  name: 'clearing_owner_progress',
  sql: `SELECT owner, open_period AS "openPeriod", closed_year AS "closedYear" FROM run_owner
         WHERE owner = ANY ($1::text[]) ORDER BY owner FOR SHARE`,
};

/** How far the owners have come, held until the transaction ends: a cut waits for it. */
export async function holdOwnerProgress(
  tx: Queryable,
  owners: readonly RunOwner[],
): Promise<Map<RunOwner, OwnerProgress>> {
  const read = () => tx.query<OwnerProgress & { owner: RunOwner }>(progressStatement, [textArray(owners)]);
  const { rows } = await read();
  if (rows.length === owners.length) return byOwner(rows);
  // A row that isn't there can't be held: it is made first.
  await tx.query(
    `INSERT INTO run_owner (owner) SELECT owner FROM unnest($1::text[]) AS o(owner) ORDER BY owner ON CONFLICT DO NOTHING`,
    [textArray(owners)],
  );
  return byOwner((await read()).rows);
}

function byOwner(rows: readonly (OwnerProgress & { owner: RunOwner })[]): Map<RunOwner, OwnerProgress> {
  return new Map(rows.map((row) => [row.owner, row]));
}

export interface PlacedRow {
  readonly settlementId: string;
  readonly membership: Membership;
}

export interface CarriedRow {
  readonly settlementId: string;
  readonly reasons: readonly CarryReason[];
}

const CLEARED_SHARES = `pool_fund_fen, large_amount_fen, serious_illness_fen, civil_servant_fen,
             enterprise_supplement_fen, medical_aid_fen, other_fund_fen, own_account_fen, family_account_fen,
             personal_cash_fen, hospital_part_fen`;

const placeStatement: Statement = {
  name: 'clearing_place_rows',
  sql: `
    WITH placed AS MATERIALIZED (
      SELECT * FROM unnest($2::bytea[], $3::int4[], $4::int4[], $5::int4[])
        AS p(settlement_id, national_period, home_period, treatment_period)),
    leaving AS (
      DELETE FROM open_row o USING placed p WHERE o.settlement_id = p.settlement_id
      RETURNING o.settlement_id, o.counted_side, o.settled_period,
                p.national_period, p.home_period, p.treatment_period),
    settled_difference AS (
      DELETE FROM match_difference d USING placed p WHERE d.settlement_id = p.settlement_id),
    entering AS (
      INSERT INTO cleared_row (settlement_id, original_id, kind, visit_kind, scheme, home_pool, treatment_pool,
             home_province, treatment_province, institution_code, settled_at_ms, settled_period, medical_fen,
             ${CLEARED_SHARES}, national_period, home_period, treatment_period, cleared_at_ms)
      SELECT f.settlement_id, f.original_id, CASE WHEN f.original_id IS NULL THEN 'settlement' ELSE 'refund' END,
             f.visit_kind, f.scheme, f.home_pool, f.treatment_pool, left(f.home_pool, 2) || '0000',
             left(f.treatment_pool, 2) || '0000', f.institution_code, f.settled_at_ms, l.settled_period, f.total_fen,
             ${CLEARED_SHARES}, l.national_period, l.home_period, l.treatment_period, $1::int8
        FROM leaving l JOIN fact f ON f.settlement_id = l.settlement_id AND f.side = l.counted_side),
    carried AS (
      UPDATE open_row o SET reasons = string_to_array(c.reasons, ' '), changed_at_ms = $1::int8
        FROM unnest($6::bytea[], $7::text[]) AS c(settlement_id, reasons)
       WHERE o.settlement_id = c.settlement_id)
    SELECT o.settlement_id FROM placed p JOIN open_row o ON o.original_id = p.settlement_id
     WHERE o.match_state = 'MATCHED'`,
};

/** Moves rows from the exception list into their runs; returns the refunds that waited for one of them. */
export async function placeRows(
  tx: Queryable,
  placed: readonly PlacedRow[],
  carried: readonly CarriedRow[],
  nowMs: number,
): Promise<string[]> {
  const { rows } = await tx.query<{ settlement_id: Buffer }>(placeStatement, [
    nowMs,
    idArray(placed.map((row) => row.settlementId)),
    int4Array(placed.map(({ membership }) => membership.national ?? null)),
    int4Array(placed.map(({ membership }) => membership.home)),
    int4Array(placed.map(({ membership }) => membership.treatment)),
    idArray(carried.map((row) => row.settlementId)),
    textArray(carried.map((row) => row.reasons.join(' '))),
  ]);
  return rows.map((row) => row.settlement_id.toString('hex'));
}
