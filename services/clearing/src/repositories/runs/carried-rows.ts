import type { Period, RunOwner } from '@yijie/clearing';
import type { Queryable } from '@yijie/postgres';

/** A row that a run didn't take, with the reasons it had at the cut or was moved out for. */
export interface CarriedRow {
  readonly settlement_id: Buffer;
  readonly home_pool: string | null;
  readonly treatment_pool: string | null;
  readonly institution_code: string | null;
  readonly settled_period: number | null;
  readonly total_fen: number | null;
  readonly reasons: readonly string[];
}

export async function listCarried(
  tx: Queryable,
  owner: RunOwner,
  period: Period,
  after: Buffer,
  limit: number,
): Promise<readonly CarriedRow[]> {
  const { rows } = await tx.query<CarriedRow>(
    `SELECT c.settlement_id, coalesce(o.home_pool, r.home_pool) AS home_pool,
            coalesce(o.treatment_pool, r.treatment_pool) AS treatment_pool,
            coalesce(o.institution_code, r.institution_code) AS institution_code,
            coalesce(o.settled_period, r.settled_period) AS settled_period,
            coalesce(o.total_fen, r.medical_fen) AS total_fen, c.reasons
       FROM (SELECT settlement_id, reasons FROM run_carried WHERE owner = $1 AND period = $2
             UNION ALL
             SELECT settlement_id, array_agg(DISTINCT cause ORDER BY cause) FROM row_move
              WHERE owner = $1 AND from_period = $2 GROUP BY settlement_id) c
       LEFT JOIN open_row o USING (settlement_id) LEFT JOIN cleared_row r USING (settlement_id)
      WHERE c.settlement_id > $3 ORDER BY c.settlement_id LIMIT $4`,
    [owner, period, after, limit],
  );
  return rows;
}
