import type { Side } from '@yijie/errors';
import { byteaArray, int8Array, type Queryable, textArray } from '@yijie/postgres';

export interface RefusalRow {
  /** What the failing answer names. */
  readonly diagnosisId: Buffer;
  readonly institutionCode: string;
  readonly call: string;
  /** Visit or settlement, as text; "" when none was named. */
  readonly subject: string;
  readonly homePool: string;
  readonly idempotencyKey: string;
  readonly refusedBy: Side;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly atMs: number;
}

export async function appendRefusals(database: Queryable, rows: readonly RefusalRow[]): Promise<void> {
  if (rows.length === 0) return;
  await database.query(
    `INSERT INTO refusal (diagnosis_id, institution_code, call, subject, home_pool, idempotency_key, refused_by, code,
                          details, at_ms)
     SELECT diagnosis_id, institution_code, call, subject, home_pool, idempotency_key, refused_by, code,
            details::jsonb, at_ms
       FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                   $9::text[], $10::int8[])
            AS r(diagnosis_id, institution_code, call, subject, home_pool, idempotency_key, refused_by, code, details,
                 at_ms)`,
    [
      byteaArray(rows.map((row) => row.diagnosisId)),
      textArray(rows.map((row) => row.institutionCode)),
      textArray(rows.map((row) => row.call)),
      textArray(rows.map((row) => row.subject)),
      textArray(rows.map((row) => row.homePool)),
      textArray(rows.map((row) => row.idempotencyKey)),
      textArray(rows.map((row) => row.refusedBy)),
      textArray(rows.map((row) => row.code)),
      textArray(rows.map((row) => JSON.stringify(row.details))),
      int8Array(rows.map((row) => row.atMs)),
    ],
  );
}

export async function purgeRefusals(database: Queryable, beforeMs: number): Promise<void> {
  await database.query('DELETE FROM refusal WHERE at_ms < $1', [beforeMs]);
}

/** A kept refusal, with its values and lines apart again. */
export interface KeptRefusal {
  readonly diagnosisId: Buffer | undefined;
  readonly institutionCode: string;
  /** "" where the call named none. */
  readonly homePool: string;
  readonly call: string;
  readonly subject: string;
  readonly refusedBy: Side;
  readonly code: string;
  readonly values: Readonly<Record<string, string>>;
  readonly lineNumbers: readonly number[];
  readonly atMs: number;
}

const SELECT = `SELECT diagnosis_id, institution_code, home_pool, call, subject, refused_by, code, details, at_ms
                  FROM refusal`;

/** The latest refusal under an id. */
export async function findRefusal(
  database: Queryable,
  diagnosisId: Buffer,
): Promise<KeptRefusal | undefined> {
  const { rows } = await database.query<Row>(
    `${SELECT} WHERE diagnosis_id = $1 ORDER BY refusal_id DESC LIMIT 1`,
    [diagnosisId],
  );
  return rows[0] && refusalOf(rows[0]);
}

/** The latest refusal of an institution's own key. */
export async function findRefusalByKey(
  database: Queryable,
  institutionCode: string,
  idempotencyKey: string,
): Promise<KeptRefusal | undefined> {
  const { rows } = await database.query<Row>(
    `${SELECT} WHERE institution_code = $1 AND idempotency_key = $2 ORDER BY refusal_id DESC LIMIT 1`,
    [institutionCode, idempotencyKey],
  );
  return rows[0] && refusalOf(rows[0]);
}

/** What an institution was refused on a visit, newest first. */
export async function refusalsOfSubject(
  database: Queryable,
  institutionCode: string,
  subject: string,
  limit: number,
): Promise<KeptRefusal[]> {
  const { rows } = await database.query<Row>(
    `${SELECT} WHERE subject = $2 AND institution_code = $1 ORDER BY refusal_id DESC LIMIT $3`,
    [institutionCode, subject, limit],
  );
  return rows.map(refusalOf);
}

interface Row {
  readonly diagnosis_id: Buffer | null;
  readonly institution_code: string;
  readonly home_pool: string;
  readonly call: string;
  readonly subject: string;
  readonly refused_by: Side;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly at_ms: number;
}

function refusalOf(row: Row): KeptRefusal {
  const { lineNumbers, ...values } = row.details;
  return {
    diagnosisId: row.diagnosis_id ?? undefined,
    institutionCode: row.institution_code,
    homePool: row.home_pool,
    call: row.call,
    subject: row.subject,
    refusedBy: row.refused_by,
    code: row.code,
    values: values as Record<string, string>,
    lineNumbers: Array.isArray(lineNumbers) ? (lineNumbers as number[]) : [],
    atMs: row.at_ms,
  };
}
