import type { Queryable } from '@yijie/postgres';
import type { OpenCount } from '../../core/open-count.ts';

/** The exception list by month and match: a few dozen groups, however long it is. */
export async function openCounts(database: Queryable): Promise<readonly OpenCount[]> {
  const { rows } = await database.query<OpenCount>(
    `SELECT settled_period AS "settledPeriod", match_state AS state, count(*)::int AS rows,
            count(*) FILTER (WHERE 'NOT_HOSPITAL_CONFIRMED' = ANY (reasons))::int AS unconfirmed,
            min(first_at_ms) AS "oldestAtMs"
       FROM open_row GROUP BY 1, 2`,
  );
  return rows;
}

/** Settled before an instant, and not matched. */
export async function unmatchedBefore(database: Queryable, instantMs: number): Promise<number> {
  const { rows } = await database.query<{ readonly count: number }>(
    `SELECT count(*)::int AS count FROM open_row WHERE settled_at_ms < $1 AND match_state <> 'MATCHED'`,
    [instantMs],
  );
  return rows[0]?.count ?? 0;
}

export interface DayCount {
  readonly known: number;
  readonly matched: number;
}

export async function countsOfDay(
  database: Queryable,
  span: { readonly fromMs: number; readonly untilMs: number },
): Promise<DayCount> {
  const { rows } = await database.query<DayCount>(
    `WITH day AS (
       SELECT match_state = 'MATCHED' AS is_matched FROM open_row WHERE settled_at_ms >= $1 AND settled_at_ms < $2
        UNION ALL
       SELECT true FROM cleared_row WHERE settled_at_ms >= $1 AND settled_at_ms < $2)
     SELECT count(*)::int AS known, count(*) FILTER (WHERE is_matched)::int AS matched FROM day`,
    [span.fromMs, span.untilMs],
  );
  return rows[0] ?? { known: 0, matched: 0 };
}

export async function waitingDeadLetters(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ readonly count: number }>(
    `SELECT count(*)::int AS count FROM exchange_dead_letter WHERE state = 'WAITING'`,
  );
  return rows[0]?.count ?? 0;
}
