import { Reply } from '@yijie/contracts/exchange';
import type { Queryable } from '@yijie/postgres';

/** Answers about a person that can't be right and wait for people to look at them. */
export async function deadAnswers(
  database: Queryable,
  personToken: string,
): Promise<readonly { readonly answers: Buffer; readonly reasonCode: string }[]> {
  const { rows } = await database.query<{ payload: Buffer; reason_code: string }>(
    {
      name: 'treatment_dead_answers',
      sql: `SELECT payload, reason_code FROM exchange_dead_letter
             WHERE key = $1 AND state = 'WAITING' AND parks ORDER BY dead_letter_id`,
    },
    [personToken],
  );
  return rows.flatMap(({ payload, reason_code: reasonCode }) => {
    const answers = answeredBy(payload);
    return answers ? [{ answers, reasonCode }] : [];
  });
}

/** Undefined for a message whose bytes are broken. */
function answeredBy(payload: Buffer): Buffer | undefined {
  try {
    return Reply.decode(payload).answers;
  } catch {
    return undefined;
  }
}
