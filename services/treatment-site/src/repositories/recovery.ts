import { byteaArray, type Queryable, type Statement } from '@yijie/postgres';

export interface UnfinishedCommand {
  readonly commandId: Buffer;
  readonly personToken: string;
  readonly homePool: string;
  readonly message: Buffer;
  readonly acceptedAtMs: number;
}

const COLUMNS = `c.command_id AS "commandId", c.person_token AS "personToken", c.home_pool AS "homePool", c.message,
                 c.accepted_at_ms AS "acceptedAtMs"`;
const UNFINISHED = `
  c.message IS NOT NULL AND NOT EXISTS (SELECT 1 FROM command_result r WHERE r.command_id = c.command_id)`;

const between: Statement = {
  name: 'treatment_unfinished_between',
  sql: `SELECT ${COLUMNS} FROM command c
         WHERE c.command_id > $1 AND c.command_id < $2 AND ${UNFINISHED}
         ORDER BY c.command_id LIMIT $3`,
};

/** Commands without a result, by id: version 7 ids rise with time, so that a stretch of ids is a stretch of time. */
export async function unfinishedBetween(
  database: Queryable,
  afterId: Buffer,
  beforeId: Buffer,
  limit: number,
): Promise<readonly UnfinishedCommand[]> {
  const { rows } = await database.query<UnfinishedCommand>(between, [afterId, beforeId, limit]);
  return rows;
}

const among: Statement = {
  name: 'treatment_unfinished_among',
  sql: `SELECT i.command_id FROM unnest($1::bytea[]) AS i(command_id)
         WHERE NOT EXISTS (SELECT 1 FROM command_result r WHERE r.command_id = i.command_id)`,
};

/** Those of the commands that have no result yet. */
export async function unfinishedAmong(
  database: Queryable,
  ids: readonly Buffer[],
): Promise<readonly Buffer[]> {
  if (ids.length === 0) return [];
  const { rows } = await database.query<{ command_id: Buffer }>(among, [byteaArray(ids)]);
  return rows.map((row) => row.command_id);
}

/** Persons whose answers wait as dead letters: sending their commands again would only add to them. */
export async function personsWithDeadLetters(
  database: Queryable,
  persons: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await database.query<{ key: string }>(
    `SELECT DISTINCT key FROM exchange_dead_letter WHERE state = 'WAITING' AND parks AND key = ANY ($1::text[])`,
    [persons],
  );
  return new Set(rows.map((row) => row.key));
}

export async function recoveryMark(database: Queryable): Promise<Buffer> {
  const { rows } = await database.query<{ command_id: Buffer }>('SELECT command_id FROM recovery_mark');
  return rows[0]?.command_id ?? Buffer.alloc(16);
}

export async function moveRecoveryMark(database: Queryable, commandId: Buffer): Promise<void> {
  await database.query('UPDATE recovery_mark SET command_id = $1 WHERE command_id < $1', [commandId]);
}

export async function countWaitingDeadLetters(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    `SELECT count(*) AS count FROM exchange_dead_letter WHERE state = 'WAITING'`,
  );
  return rows[0]?.count ?? 0;
}
