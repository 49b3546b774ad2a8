import type { Refusal } from '@yijie/errors';
import type { Database, Queryable } from '@yijie/postgres';
import { oncePerKey } from '../src/application/once-per-key.ts';
import { HOME_POOL, NOON } from './wire-commands.ts';

type Answer = { readonly ok: true } | Refusal;

/**
 * Calls use cases of the bureau as the inbound adapter does: once per key, in one transaction, decided anew when
 * somebody else was first. Every call has a key of its own.
 */
export class BureauDesk {
  readonly #database: Database;
  #keys = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  async call<Result extends Answer>(work: (tx: Queryable) => Promise<Result>): Promise<Result> {
    let answer: Result | undefined;
    this.#keys += 1;
    const once = await oncePerKey(
      this.#database,
      {
        pool: HOME_POOL,
        call: 'Desk',
        idempotencyKey: `desk-${this.#keys}`,
        body: Buffer.alloc(0),
        nowMs: NOON,
      },
      async (tx) => {
        answer = await work(tx);
        return answer.ok ? Buffer.alloc(1) : answer;
      },
    );
    if (answer === undefined) throw new Error(`the use case wasn't reached: ${once.ok}`);
    return answer;
  }
}
