import { regionCovers } from '@yijie/filing';
import type { Queryable, Statement } from '@yijie/postgres';

const statement: Statement = {
  name: 'home_regions_settled_since',
  sql: `SELECT DISTINCT s.treatment_pool
          FROM accumulator_entry e JOIN settlement s USING (settlement_id)
         WHERE e.person_token = $1 AND s.original_id IS NULL AND s.settled_at_ms >= $2`,
};

/** Whether something of the person's was settled since then in a region that a filing to `targetRegion` covers. */
export async function hasSettledIn(
  database: Queryable,
  personToken: string,
  sinceMs: number,
  targetRegion: string,
): Promise<boolean> {
  const { rows } = await database.query<{ treatment_pool: string }>(statement, [personToken, sinceMs]);
  return rows.some(({ treatment_pool }) => regionCovers(targetRegion, treatment_pool));
}
