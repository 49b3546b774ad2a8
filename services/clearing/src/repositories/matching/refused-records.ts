import { provinceOf } from '@yijie/codes';
import { HEADER } from '@yijie/exchange';
import type { Queryable } from '@yijie/postgres';
import type { RowFilter } from '@yijie/security';

export interface RefusedRecord {
  readonly deadLetterId: number;
  readonly settlementId: string;
  readonly province: string;
  readonly code: string;
  readonly reason: string;
  readonly atMs: number;
}

/** Header values are kept as base64 (packages/exchange). */
const REGION = `convert_from(decode(headers->>'${HEADER.region}', 'base64'), 'LATIN1')`;

/** Dead letters of the fact topic that wait, oldest first. */
export async function listRefusedRecords(
  database: Queryable,
  query: {
    readonly filter: RowFilter;
    readonly code: string | undefined;
    readonly after: number;
    readonly size: number;
  },
): Promise<RefusedRecord[]> {
  const { rows } = await database.query<RefusedRecord>(
    `SELECT dead_letter_id AS "deadLetterId", replace(key, '-', '') AS "settlementId",
            coalesce(${REGION}, '') AS province, reason_code AS code, reason, at_ms AS "atMs"
       FROM exchange_dead_letter
      WHERE state = 'WAITING' AND dead_letter_id > $1 AND ($2::text IS NULL OR ${REGION} = $2)
        AND ($3::text IS NULL OR reason_code = $3)
      ORDER BY dead_letter_id LIMIT $4`,
    [query.after, provinceIn(query.filter), query.code, query.size],
  );
  return [...rows];
}

/** Null for everybody's. */
function provinceIn(filter: RowFilter): string | null {
  if (filter.kind === 'all') return null;
  if (filter.kind === 'institution') throw new Error('a hospital sends no records');
  return provinceOf(filter.pool);
}
