import { type DeadLetterRow, deadLetterPart } from '@yijie/exchange';
import type { Queryable, Statement } from '@yijie/postgres';

const keepStatement: Statement = {
  name: 'home_keep_dead_letters',
  sql: `WITH ${deadLetterPart.sql(1)} SELECT 1`,
};

/** Keeps messages ahead of the batch they came in; the batch then finds them waiting. Repeating it changes nothing. */
export async function keepDeadLetters(
  database: Queryable,
  rows: readonly DeadLetterRow[],
  nowMs: number,
): Promise<void> {
  await database.query(keepStatement, deadLetterPart.params({ rows, nowMs }));
}
