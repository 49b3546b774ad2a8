import { byteaArray, type Queryable, type Statement, textArray } from '@yijie/postgres';
import type { CommandStanding } from '../../core/settling/command-standing.ts';

const answeredStatement: Statement = {
  name: 'home_answered_commands',
  sql: `SELECT command_id, decided_at_ms FROM inbox WHERE command_id = ANY($1::bytea[])`,
};

/** What waits of a person; a command names its own id only inside. */
const waitingStatement: Statement = {
  name: 'home_waiting_commands',
  sql: `SELECT 'DEAD_LETTER' AS state, payload, at_ms, reason_code
          FROM exchange_dead_letter WHERE key = ANY($1::text[]) AND state = 'WAITING' AND parks
        UNION ALL
        SELECT 'PARKED', payload, at_ms, '' FROM exchange_parked WHERE key = ANY($1::text[])`,
};

/** In the order of the ids. `personTokens` are those the commands are about: waiting messages are found by them. */
export async function commandStandings(
  database: Queryable,
  commandIds: readonly Uint8Array[],
  personTokens: readonly string[],
  /** Undefined for a message whose bytes are broken: it can't say which command it was. */
  commandIdIn: (payload: Buffer) => string | undefined,
): Promise<readonly CommandStanding[]> {
  if (commandIds.length === 0) return [];
  const [answered, waiting] = await Promise.all([
    database.query<{ command_id: Buffer; decided_at_ms: number }>(answeredStatement, [
      byteaArray(commandIds),
    ]),
    database.query<WaitingRow>(waitingStatement, [textArray(personTokens)]),
  ]);
  const found = new Map<string, Omit<CommandStanding, 'commandId'>>();
  for (const row of waiting.rows) {
    const id = commandIdIn(row.payload);
    if (id) found.set(id, { state: row.state, atMs: row.at_ms, reasonCode: row.reason_code });
  }
  for (const row of answered.rows)
    found.set(row.command_id.toString('hex'), { state: 'ANSWERED', atMs: row.decided_at_ms, reasonCode: '' });
  return commandIds.map((commandId) => ({
    commandId,
    ...(found.get(Buffer.from(commandId).toString('hex')) ?? { state: 'NOT_SEEN', atMs: 0, reasonCode: '' }),
  }));
}

interface WaitingRow {
  readonly state: 'DEAD_LETTER' | 'PARKED';
  readonly payload: Buffer;
  readonly at_ms: number;
  readonly reason_code: string;
}
