import type { DetailRow, Totals } from '@yijie/clearing';
import type { Scheme, VisitKind } from '@yijie/codes';
import type { Fen } from '@yijie/money';
import type { Queryable } from '@yijie/postgres';
import { idArray } from '../ids.ts';

/** Half-open. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

const FUND = `(f.pool_fund_fen + f.large_amount_fen + f.serious_illness_fen + f.civil_servant_fen
    + f.enterprise_supplement_fen + f.medical_aid_fen + f.other_fund_fen)`;
const ACCOUNT = '(f.own_account_fen + f.family_account_fen)';
const OF_SPAN = 'f.side = 1 AND f.institution_code = $1 AND f.settled_at_ms >= $2 AND f.settled_at_ms < $3';

/** What the treatment site has told of the institution's span, summed. */
export async function hospitalTotals(
  database: Queryable,
  institutionCode: string,
  { fromMs, untilMs }: Span,
): Promise<Totals[]> {
  const { rows } = await database.query<Totals>(
    `SELECT f.scheme, f.visit_kind AS "visitKind", f.original_id IS NOT NULL AS "isRefunds", count(*)::int AS times,
            sum(f.total_fen)::int8 AS "medicalFen", sum(${FUND})::int8 AS "fundFen", sum(${ACCOUNT})::int8 AS "accountFen"
       FROM fact f WHERE ${OF_SPAN} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    [institutionCode, fromMs, untilMs],
  );
  return [...rows];
}

interface DetailSqlRow extends Omit<DetailRow, 'settlementId'> {
  readonly settlement_id: Buffer;
}

/** The same, row by row. */
export async function hospitalDetail(
  database: Queryable,
  institutionCode: string,
  { fromMs, untilMs }: Span,
): Promise<DetailRow[]> {
  const { rows } = await database.query<DetailSqlRow>(
    `SELECT f.settlement_id, f.original_id IS NOT NULL AS "isRefund", f.total_fen AS "medicalFen",
            ${FUND} AS "fundFen", ${ACCOUNT} AS "accountFen"
       FROM fact f WHERE ${OF_SPAN}`,
    [institutionCode, fromMs, untilMs],
  );
  return rows.map(({ settlement_id, ...row }) => ({ ...row, settlementId: settlement_id.toString('hex') }));
}

/** Ids of the span that aren't confirmed yet. */
export async function unconfirmedOf(
  database: Queryable,
  institutionCode: string,
  { fromMs, untilMs }: Span,
): Promise<string[]> {
  const { rows } = await database.query<{ settlement_id: Buffer }>(
    `SELECT f.settlement_id FROM fact f
      WHERE ${OF_SPAN}
        AND NOT EXISTS (SELECT 1 FROM hospital_confirmation c WHERE c.settlement_id = f.settlement_id)`,
    [institutionCode, fromMs, untilMs],
  );
  return rows.map(({ settlement_id }) => settlement_id.toString('hex'));
}

/** Those of the ids that are the institution's, as its treatment site told. */
export async function ownedBy(
  database: Queryable,
  institutionCode: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await database.query<{ settlement_id: Buffer }>(
    `SELECT settlement_id FROM fact
      WHERE settlement_id = ANY ($1::bytea[]) AND side = 1 AND institution_code = $2`,
    [idArray(ids), institutionCode],
  );
  return new Set(rows.map(({ settlement_id }) => settlement_id.toString('hex')));
}

export interface HospitalRow {
  readonly settlementId: string;
  readonly originalId: string | undefined;
  readonly homePool: string;
  readonly scheme: Scheme;
  readonly visitKind: VisitKind;
  readonly settledAtMs: number;
  readonly medicalFen: Fen;
  readonly fundFen: Fen;
  readonly accountFen: Fen;
  readonly cashFen: Fen;
  readonly hospitalPartFen: Fen;
  readonly messageId: string;
  readonly treatmentPeriod: number;
  readonly reasons: readonly string[];
}

/** The institution's rows of a span in order of id, after `after`. */
export async function hospitalRows(
  database: Queryable,
  institutionCode: string,
  { fromMs, untilMs }: Span,
  page: { readonly after: string; readonly size: number },
): Promise<HospitalRow[]> {
  const { rows } = await database.query<
    Omit<HospitalRow, 'settlementId' | 'originalId'> & {
      readonly settlement_id: Buffer;
      readonly original_id: Buffer | null;
    }
  >(
    `SELECT f.settlement_id, f.original_id, f.home_pool AS "homePool", f.scheme, f.visit_kind AS "visitKind",
            f.settled_at_ms AS "settledAtMs", f.total_fen AS "medicalFen", ${FUND} AS "fundFen",
            ${ACCOUNT} AS "accountFen", f.personal_cash_fen AS "cashFen", f.hospital_part_fen AS "hospitalPartFen",
            coalesce(c.message_id, '') AS "messageId", coalesce(r.treatment_period, 0) AS "treatmentPeriod",
            coalesce(o.reasons, '{}') AS reasons
       FROM fact f
       LEFT JOIN hospital_confirmation c USING (settlement_id)
       LEFT JOIN cleared_row r USING (settlement_id)
       LEFT JOIN open_row o USING (settlement_id)
      WHERE ${OF_SPAN} AND f.settlement_id > $4 ORDER BY f.settlement_id LIMIT $5`,
    [institutionCode, fromMs, untilMs, Buffer.from(page.after, 'hex'), page.size],
  );
  return rows.map(({ settlement_id, original_id, ...row }) => ({
    ...row,
    settlementId: settlement_id.toString('hex'),
    originalId: original_id?.toString('hex'),
  }));
}
