import { byteaArray, type Queryable, type Statement, textArray } from '@yijie/postgres';

/** A failing answer to a question, for the desk that asks why. */
export interface RefusalRow {
  readonly questionId: Uint8Array;
  readonly personToken: string | null;
  readonly code: string;
  readonly values: Readonly<Record<string, string>>;
}

const appendStatement: Statement = {
  name: 'home_append_refusals',
  sql: `INSERT INTO refusal (question_id, person_token, code, seen, at_ms)
        SELECT n.question_id, n.person_token, n.code, n.seen::json, $1::int8
          FROM unnest($2::bytea[], $3::text[], $4::text[], $5::text[]) AS n(question_id, person_token, code, seen)`,
};

export async function appendRefusals(
  database: Queryable,
  rows: readonly RefusalRow[],
  nowMs: number,
): Promise<void> {
  await database.query(appendStatement, [
    nowMs,
    byteaArray(rows.map((row) => row.questionId)),
    textArray(rows.map((row) => row.personToken)),
    textArray(rows.map((row) => row.code)),
    textArray(rows.map((row) => JSON.stringify(row.values))),
  ]);
}

const REFUSALS_KEPT_MS = 30 * 86_400_000;
const DELETED_AT_ONCE = 5_000;

/** Deletes what is older than 30 days, a bounded number at a time; returns how many went. */
export async function deleteOldRefusals(database: Queryable, nowMs: number): Promise<number> {
  const { count } = await database.query(
    `DELETE FROM refusal WHERE refusal_id IN (
       SELECT refusal_id FROM refusal WHERE at_ms < $1 ORDER BY at_ms LIMIT $2)`,
    [nowMs - REFUSALS_KEPT_MS, DELETED_AT_ONCE],
  );
  return count;
}
