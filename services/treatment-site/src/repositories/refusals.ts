import { int8Array, type Queryable, textArray } from '@yijie/postgres';

export interface RefusalRow {
  readonly institutionCode: string;
  readonly call: string;
  /** Visit or settlement, as text; "" when none was named. */
  readonly subject: string;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly atMs: number;
}

export async function appendRefusals(database: Queryable, rows: readonly RefusalRow[]): Promise<void> {
  if (rows.length === 0) return;
  await database.query(
    `INSERT INTO refusal (institution_code, call, subject, code, details, at_ms)
     SELECT institution_code, call, subject, code, details::jsonb, at_ms
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int8[])
            AS r(institution_code, call, subject, code, details, at_ms)`,
    [
      textArray(rows.map((row) => row.institutionCode)),
      textArray(rows.map((row) => row.call)),
      textArray(rows.map((row) => row.subject)),
      textArray(rows.map((row) => row.code)),
      textArray(rows.map((row) => JSON.stringify(row.details))),
      int8Array(rows.map((row) => row.atMs)),
    ],
  );
}

export async function purgeRefusals(database: Queryable, beforeMs: number): Promise<void> {
  await database.query('DELETE FROM refusal WHERE at_ms < $1', [beforeMs]);
}
