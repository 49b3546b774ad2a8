import { type CarryReason, type Difference, periodOf, type SettlementFact, type Side } from '@yijie/clearing';
import type { Scheme, VisitKind } from '@yijie/codes';
import type { Fen } from '@yijie/money';
import type { Queryable } from '@yijie/postgres';
import type { RowFilter } from '@yijie/security';
import { SIDE_NUMBER, sideOf } from '../../core/arrived-fact.ts';
import type { MatchState } from '../../core/decide-arrivals.ts';
import { idBytes } from '../ids.ts';
import { visible, visibleParams } from '../visible-rows.ts';

export interface OpenRow {
  readonly settlementId: string;
  readonly originalId: string | undefined;
  readonly homePool: string;
  readonly treatmentPool: string;
  readonly institutionCode: string;
  readonly scheme: Scheme;
  readonly visitKind: VisitKind;
  readonly settledAtMs: number;
  readonly settledPeriod: number;
  readonly totalFen: Fen;
  readonly state: MatchState;
  /** 1 treatment, 2 home, 3 both. */
  readonly sides: number;
  readonly reasons: readonly CarryReason[];
  readonly differences: readonly Difference[];
  readonly resolution: string;
  readonly firstAtMs: number;
}

type OpenSqlRow = Omit<OpenRow, 'settlementId' | 'originalId'> & {
  readonly settlement_id: Buffer;
  readonly original_id: Buffer | null;
};

const OPEN = `
  SELECT o.settlement_id, o.original_id, o.home_pool AS "homePool", o.treatment_pool AS "treatmentPool",
         o.institution_code AS "institutionCode", o.scheme, o.visit_kind AS "visitKind",
         o.settled_at_ms AS "settledAtMs", o.settled_period AS "settledPeriod", o.total_fen AS "totalFen",
         o.match_state AS state, o.sides, o.reasons, o.first_at_ms AS "firstAtMs",
         coalesce((SELECT m.kind FROM match_resolution m WHERE m.settlement_id = o.settlement_id
                    ORDER BY m.resolution_id DESC LIMIT 1), '') AS resolution,
         coalesce((SELECT json_agg(json_build_object('field', d.field, 'treatment', d.treatment_value,
                                                     'home', d.home_value) ORDER BY d.field)
                     FROM match_difference d WHERE d.settlement_id = o.settlement_id), '[]') AS differences
    FROM open_row o`;

export interface OpenRowQuery {
  readonly filter: RowFilter;
  readonly state: MatchState | undefined;
  readonly reason: string | undefined;
  readonly settledPeriod: number | undefined;
  /** The last row of the page before. */
  readonly after: { readonly firstAtMs: number; readonly settlementId: string };
  readonly size: number;
}

/** Oldest first. */
export async function listOpenRows(database: Queryable, query: OpenRowQuery): Promise<OpenRow[]> {
  const { filter, state, reason, settledPeriod, after, size } = query;
  const { rows } = await database.query<OpenSqlRow>(
    `${OPEN}
      WHERE ${visible('o', 1)} AND ($3::text IS NULL OR o.match_state = $3) AND ($4::text IS NULL OR $4 = ANY (o.reasons))
        AND ($5::int4 IS NULL OR o.settled_period = $5) AND (o.first_at_ms, o.settlement_id) > ($6::int8, $7::bytea)
      ORDER BY o.first_at_ms, o.settlement_id LIMIT $8`,
    [
      ...visibleParams(filter),
      state,
      reason,
      settledPeriod,
      after.firstAtMs,
      idBytes(after.settlementId),
      size,
    ],
  );
  return rows.map(openRowOf);
}

/** The row with its lock, for a decision about it. */
export async function holdOpenRow(
  tx: Queryable,
  settlementId: string,
  filter: RowFilter,
): Promise<OpenRow | undefined> {
  const { rows } = await tx.query<OpenSqlRow>(
    `${OPEN} WHERE o.settlement_id = $3 AND ${visible('o', 1)} FOR UPDATE OF o`,
    [...visibleParams(filter), idBytes(settlementId)],
  );
  return rows[0] && openRowOf(rows[0]);
}

export async function findOpenRow(
  database: Queryable,
  settlementId: string,
  filter: RowFilter,
): Promise<OpenRow | undefined> {
  const { rows } = await database.query<OpenSqlRow>(
    `${OPEN} WHERE o.settlement_id = $3 AND ${visible('o', 1)}`,
    [...visibleParams(filter), idBytes(settlementId)],
  );
  return rows[0] && openRowOf(rows[0]);
}

/** Refunds of a settlement that are on the list. */
export async function openRefundsOf(tx: Queryable, settlementId: string): Promise<string[]> {
  const { rows } = await tx.query<{ settlement_id: Buffer }>(
    'SELECT settlement_id FROM open_row WHERE original_id = $1',
    [idBytes(settlementId)],
  );
  return rows.map(({ settlement_id }) => settlement_id.toString('hex'));
}

/** Ids of a period that are on the list, in pieces that a transaction can hold. */
export async function openIdsOf(
  database: Queryable,
  settledPeriod: number,
  filter: RowFilter,
  after: string,
  size: number,
): Promise<string[]> {
  const { rows } = await database.query<{ settlement_id: Buffer }>(
    `SELECT o.settlement_id FROM open_row o
      WHERE o.settled_period = $3 AND ${visible('o', 1)} AND o.settlement_id > $4
      ORDER BY o.settlement_id LIMIT $5`,
    [...visibleParams(filter), settledPeriod, idBytes(after), size],
  );
  return rows.map(({ settlement_id }) => settlement_id.toString('hex'));
}

/** The side's fact counts from now on, and is what the list shows. */
export async function countSide(
  tx: Queryable,
  fact: SettlementFact,
  side: Side,
  nowMs: number,
): Promise<void> {
  await tx.query(
    `UPDATE open_row
        SET match_state = 'MATCHED', counted_side = $2, original_id = $3, home_pool = $4, treatment_pool = $5,
            institution_code = $6, scheme = $7, visit_kind = $8, settled_at_ms = $9, settled_period = $10,
            total_fen = $11, changed_at_ms = $12
      WHERE settlement_id = $1`,
    [
      idBytes(fact.settlementId),
      SIDE_NUMBER[side],
      fact.originalId === undefined ? null : idBytes(fact.originalId),
      fact.homePool,
      fact.treatmentPool,
      fact.institutionCode,
      fact.scheme,
      fact.visitKind,
      fact.settledAt,
      periodOf(fact.settledAt),
      fact.totalFen,
      nowMs,
    ],
  );
}

export interface NewResolution {
  readonly settlementId: string;
  readonly kind: 'RESEND' | 'REFUND' | 'ACCEPT' | 'ADMIT_LATE';
  readonly side: Side | undefined;
  readonly reason: string;
  readonly decidedBy: string;
  readonly secondPerson: string | undefined;
  readonly atMs: number;
}

export async function addResolution(tx: Queryable, resolution: NewResolution): Promise<void> {
  const { settlementId, kind, side, reason, decidedBy, secondPerson, atMs } = resolution;
  await tx.query(
    `INSERT INTO match_resolution (settlement_id, kind, side, reason, decided_by, second_person, at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      idBytes(settlementId),
      kind,
      side === undefined ? null : SIDE_NUMBER[side],
      reason,
      decidedBy,
      secondPerson ?? null,
      atMs,
    ],
  );
}

export interface Resolution {
  readonly kind: string;
  readonly side: Side | undefined;
  readonly reason: string;
  readonly decidedBy: string;
  readonly secondPerson: string;
  readonly atMs: number;
}

export async function resolutionsOf(database: Queryable, settlementId: string): Promise<Resolution[]> {
  const { rows } = await database.query<Omit<Resolution, 'side'> & { side: number | null }>(
    `SELECT kind, side, reason, decided_by AS "decidedBy", coalesce(second_person, '') AS "secondPerson",
            at_ms AS "atMs"
       FROM match_resolution WHERE settlement_id = $1 ORDER BY resolution_id`,
    [idBytes(settlementId)],
  );
  return rows.map((row) => ({ ...row, side: row.side === null ? undefined : sideOf(row.side) }));
}

function openRowOf({ settlement_id, original_id, ...row }: OpenSqlRow): OpenRow {
  return {
    ...row,
    settlementId: settlement_id.toString('hex'),
    originalId: original_id?.toString('hex'),
  };
}
