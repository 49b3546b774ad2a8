import { byteaArray, type Queryable, type Statement, textArray } from '@yijie/postgres';
import type { Visit } from '../core/visit.ts';
import { VISIT_CLAIM_JOIN, VISIT_COLUMNS, type VisitRow, visitOf } from './visit-rows.ts';

const statement: Statement = {
  name: 'treatment_load_visits',
  sql: `SELECT ${VISIT_COLUMNS}
          FROM unnest($1::text[], $2::bytea[]) WITH ORDINALITY AS i(institution_code, visit_id, position)
          LEFT JOIN visit v ON v.visit_id = i.visit_id AND v.institution_code = i.institution_code ${VISIT_CLAIM_JOIN}
         ORDER BY i.position`,
};

/** One visit per item, in order; undefined where the institution has none of that id. */
export async function loadVisits(
  database: Queryable,
  items: readonly { readonly institutionCode: string; readonly visitId: Buffer }[],
): Promise<(Visit | undefined)[]> {
  const { rows } = await database.query<VisitRow | { readonly visit_id: null }>(statement, [
    textArray(items.map((item) => item.institutionCode)),
    byteaArray(items.map((item) => item.visitId)),
  ]);
  return rows.map((row) => (row.visit_id === null ? undefined : visitOf(row as VisitRow)));
}
