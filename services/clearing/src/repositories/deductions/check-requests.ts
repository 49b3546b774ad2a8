import type { LocalDate } from '@yijie/calendar';
import type { PartyCode } from '@yijie/clearing';
import type { Queryable } from '@yijie/postgres';

export interface StoredCheck {
  readonly checkId: string;
  readonly settlementId: string;
  readonly askedByParty: PartyCode;
  readonly toParty: PartyCode;
  readonly question: string;
  readonly dueOn: LocalDate;
  readonly askedAtMs: number;
  readonly answer: string | undefined;
  readonly answeredAtMs: number | undefined;
}

export async function insertCheck(
  tx: Queryable,
  check: Omit<StoredCheck, 'answer' | 'answeredAtMs'>,
  by: string,
): Promise<void> {
  await tx.query(
    `INSERT INTO check_request (check_id, settlement_id, asked_by_party, to_party, question, due_on, asked_by, asked_at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      check.checkId,
      Buffer.from(check.settlementId, 'hex'),
      check.askedByParty,
      check.toParty,
      check.question,
      check.dueOn,
      by,
      check.askedAtMs,
    ],
  );
}

export async function answerCheck(
  tx: Queryable,
  checkId: string,
  answer: string,
  by: string,
  atMs: number,
): Promise<void> {
  await tx.query(
    'UPDATE check_request SET answer = $2, answered_by = $3, answered_at_ms = $4 WHERE check_id = $1',
    [checkId, answer, by, atMs],
  );
}

export async function findCheck(
  tx: Queryable,
  checkId: string,
  lock: '' | 'FOR UPDATE' = '',
): Promise<StoredCheck | undefined> {
  const [found] = await read(tx, `check_id = $1 ${lock}`, [checkId]);
  return found;
}

export function checksOf(
  tx: Queryable,
  party: PartyCode,
  openOnly: boolean,
): Promise<readonly StoredCheck[]> {
  const where = `$1 IN (asked_by_party, to_party) AND (NOT $2 OR answered_at_ms IS NULL) ORDER BY due_on, check_id`;
  return read(tx, where, [party, openOnly]);
}

async function read(
  tx: Queryable,
  where: string,
  params: readonly unknown[],
): Promise<readonly StoredCheck[]> {
  const { rows } = await tx.query<{
    check_id: string;
    settlement_id: Buffer;
    asked_by_party: PartyCode;
    to_party: PartyCode;
    question: string;
    due_on: LocalDate;
    asked_at_ms: number;
    answer: string | null;
    answered_at_ms: number | null;
  }>(
    `SELECT check_id, settlement_id, asked_by_party, to_party, question, due_on, asked_at_ms, answer, answered_at_ms
       FROM check_request WHERE ${where}`,
    params,
  );
  return rows.map((row) => ({
    checkId: row.check_id,
    settlementId: row.settlement_id.toString('hex'),
    askedByParty: row.asked_by_party,
    toParty: row.to_party,
    question: row.question,
    dueOn: row.due_on,
    askedAtMs: row.asked_at_ms,
    answer: row.answer ?? undefined,
    answeredAtMs: row.answered_at_ms ?? undefined,
  }));
}
