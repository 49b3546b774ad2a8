import type { Queryable } from '@yijie/postgres';
import type { InboxOutcome } from '../../core/settling/person-state.ts';

/** The first answer to a command, with the pool of the person that it is about. */
export interface KnownAnswer {
  readonly outcome: InboxOutcome;
  readonly reply: Buffer;
  readonly decidedAtMs: number;
  readonly homePool: string;
}

export async function findAnswer(
  database: Queryable,
  commandId: Uint8Array,
): Promise<KnownAnswer | undefined> {
  const { rows } = await database.query<KnownAnswer>(
    `SELECT i.outcome, i.reply, i.decided_at_ms AS "decidedAtMs", m.home_pool AS "homePool"
       FROM inbox i JOIN member m USING (person_token) WHERE i.command_id = $1`,
    [commandId],
  );
  return rows[0];
}

/** A question that was refused, kept for 30 days; without a person nobody of an agency may see it. */
export interface KnownRefusal {
  readonly code: string;
  readonly seen: Readonly<Record<string, string>>;
  readonly atMs: number;
  readonly homePool: string | null;
}

export async function findRefusal(
  database: Queryable,
  questionId: Uint8Array,
): Promise<KnownRefusal | undefined> {
  const { rows } = await database.query<KnownRefusal>(
    `SELECT r.code, r.seen, r.at_ms AS "atMs", m.home_pool AS "homePool"
       FROM refusal r LEFT JOIN member m USING (person_token) WHERE r.question_id = $1
      ORDER BY r.refusal_id DESC LIMIT 1`,
    [questionId],
  );
  return rows[0];
}
