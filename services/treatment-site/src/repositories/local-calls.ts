import type { Queryable, Statement } from '@yijie/postgres';
import { type AuditRow, auditPart } from './audit-part.ts';
import { joinParts } from './statement.ts';
import { callPart, type LocalAnswer, type LocalCallKey, type LocalCallRow } from './visit-calls.ts';

const findStatement: Statement = {
  name: 'treatment_find_local_call',
  sql: 'SELECT body_hash, answer FROM local_call WHERE institution_code = $1 AND call = $2 AND idempotency_key = $3',
};

export async function findLocalCall(
  database: Queryable,
  { institutionCode, call, key }: LocalCallKey,
): Promise<LocalAnswer | undefined> {
  const { rows } = await database.query<{ body_hash: Buffer; answer: Buffer }>(findStatement, [
    institutionCode,
    call,
    key,
  ]);
  const row = rows[0];
  return row && { bodyHash: row.body_hash, answer: row.answer };
}

const saveStatement = joinParts('treatment_save_local_call', [callPart, auditPart], () => 'SELECT 1');

/** The answer and the audit row of a call that changes no visit. */
export async function saveLocalCall(
  tx: Queryable,
  call: LocalCallRow,
  audit: AuditRow,
  nowMs: number,
): Promise<void> {
  await tx.query(
    saveStatement.statement,
    saveStatement.params({ rows: [call], nowMs }, { rows: [audit], nowMs }),
  );
}
