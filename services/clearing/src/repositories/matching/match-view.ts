import type { Queryable } from '@yijie/postgres';
import type { RowFilter } from '@yijie/security';
import { idBytes } from '../ids.ts';
import { visible, visibleParams } from '../visible-rows.ts';
import { type FactRow, SHARE_COLUMNS } from './fact-columns.ts';

/** Both sides' facts in force, as far as the caller may see the settlement. */
export async function findFacts(
  database: Queryable,
  settlementId: string,
  filter: RowFilter,
): Promise<readonly FactRow[]> {
  const { rows } = await database.query<FactRow>(
    `SELECT f.* FROM fact f
      WHERE f.settlement_id = $3
        AND EXISTS (SELECT 1 FROM fact v WHERE v.settlement_id = f.settlement_id AND (${visible('v', 1)}))
      ORDER BY f.side`,
    [...visibleParams(filter), idBytes(settlementId)],
  );
  return rows;
}

export interface Place {
  readonly owner: string;
  readonly period: number;
}

/** The runs that a settlement is in; none while it is on the exception list. */
export async function findPlaces(
  database: Queryable,
  settlementId: string,
  filter: RowFilter,
): Promise<Place[]> {
  const { rows } = await database.query<{
    readonly home_province: string;
    readonly treatment_province: string;
    readonly national_period: number | null;
    readonly home_period: number;
    readonly treatment_period: number;
  }>(
    `SELECT r.home_province, r.treatment_province, r.national_period, r.home_period, r.treatment_period
       FROM cleared_row r WHERE r.settlement_id = $3 AND (${visible('r', 1)})`,
    [...visibleParams(filter), idBytes(settlementId)],
  );
  const [row] = rows;
  if (row === undefined) return [];
  const home = { owner: row.home_province, period: row.home_period };
  if (row.national_period === null) return [home];
  return [
    { owner: 'CN', period: row.national_period },
    home,
    { owner: row.treatment_province, period: row.treatment_period },
  ];
}

export async function isConfirmed(database: Queryable, settlementId: string): Promise<boolean> {
  const { rows } = await database.query('SELECT 1 FROM hospital_confirmation WHERE settlement_id = $1', [
    idBytes(settlementId),
  ]);
  return rows.length > 0;
}

export interface ReportLine {
  readonly homeProvince: string;
  readonly treatmentProvince: string;
  readonly known: number;
  readonly cleared: number;
  readonly matched: number;
  readonly treatmentOnly: number;
  readonly homeOnly: number;
  readonly different: number;
  readonly differenceFen: number;
}

const CLEARING_AMOUNT = SHARE_COLUMNS.slice(0, 9).join(' + ');

/** The reconcile of a span by pair of provinces (clearing-and-filing §2.6). */
export async function matchReport(
  database: Queryable,
  span: { readonly fromMs: number; readonly untilMs: number },
  filter: RowFilter,
): Promise<readonly ReportLine[]> {
  const { rows } = await database.query<ReportLine>(
    `WITH known AS (
       SELECT left(o.home_pool, 2) AS home, left(o.treatment_pool, 2) AS treatment, o.match_state, o.sides,
              CASE WHEN o.match_state = 'DIFFERENT'
                THEN (SELECT ${CLEARING_AMOUNT} FROM fact f WHERE f.settlement_id = o.settlement_id AND f.side = 2)
                   - (SELECT ${CLEARING_AMOUNT} FROM fact f WHERE f.settlement_id = o.settlement_id AND f.side = 1)
                ELSE 0 END AS difference
         FROM open_row o WHERE o.settled_at_ms >= $3 AND o.settled_at_ms < $4 AND (${visible('o', 1)})
        UNION ALL
       SELECT left(r.home_pool, 2), left(r.treatment_pool, 2), 'CLEARED', 3, 0
         FROM cleared_row r WHERE r.settled_at_ms >= $3 AND r.settled_at_ms < $4 AND (${visible('r', 1)}))
     SELECT home || '0000' AS "homeProvince", treatment || '0000' AS "treatmentProvince", count(*)::int AS known,
            count(*) FILTER (WHERE match_state = 'CLEARED')::int AS cleared,
            count(*) FILTER (WHERE match_state = 'MATCHED')::int AS matched,
            count(*) FILTER (WHERE match_state = 'ONE_SIDED' AND sides = 1)::int AS "treatmentOnly",
            count(*) FILTER (WHERE match_state = 'ONE_SIDED' AND sides = 2)::int AS "homeOnly",
            count(*) FILTER (WHERE match_state = 'DIFFERENT')::int AS different,
            sum(difference)::int8 AS "differenceFen"
       FROM known GROUP BY 1, 2 ORDER BY 1, 2`,
    [...visibleParams(filter), span.fromMs, span.untilMs],
  );
  return rows;
}

export interface OpenBacklog {
  readonly refusedWaiting: number;
  readonly oldestOpenAtMs: number;
}

export async function openBacklog(database: Queryable): Promise<OpenBacklog> {
  const { rows } = await database.query<OpenBacklog>(
    `SELECT (SELECT count(*)::int FROM exchange_dead_letter WHERE state = 'WAITING') AS "refusedWaiting",
            coalesce((SELECT min(first_at_ms) FROM open_row), 0) AS "oldestOpenAtMs"`,
  );
  return rows[0] ?? { refusedWaiting: 0, oldestOpenAtMs: 0 };
}
