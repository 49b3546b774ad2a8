import { createHash } from 'node:crypto';
import { type Refusal, refuse } from '@yijie/errors';
import { classifyFailure, type Database, type Queryable } from '@yijie/postgres';
import { addBureauCall, type BureauCall, findBureauCall } from '../repositories/bureau-calls.ts';

export interface KeyedCall {
  /** The caller's pool: keys of two agencies have nothing to do with each other. */
  readonly pool: string;
  readonly call: string;
  readonly idempotencyKey: string;
  /** The message as it arrived. */
  readonly body: Uint8Array;
  readonly nowMs: number;
}

export type OnceAnswer = { readonly ok: true; readonly answer: Uint8Array } | Refusal;

const CONFLICTS_MAX = 5;

/**
 * Does a state-changing call of the bureau once: its effects and its answer are stored in one transaction, a repeat
 * gets that answer, the same key with another body is refused. A refusal that `work` returns leaves the key free.
 */
export async function oncePerKey(
  database: Database,
  keyed: KeyedCall,
  work: (tx: Queryable) => Promise<Uint8Array | Refusal>,
): Promise<OnceAnswer> {
  const { pool, call, idempotencyKey, body, nowMs } = keyed;
  if (idempotencyKey.length < 1 || idempotencyKey.length > 64) return refuse('KEY-MISSING');
  const bureauCall: BureauCall = {
    pool,
    call,
    idempotencyKey,
    bodyHash: createHash('sha256').update(body).digest(),
  };
  for (let attempt = 1; ; attempt += 1) {
    const known = await findBureauCall(database, bureauCall);
    if (known !== undefined) {
      if (!known.bodyHash.equals(bureauCall.bodyHash)) return refuse('KEY-REUSED', { key: idempotencyKey });
      return { ok: true, answer: known.answer };
    }
    try {
      const done = await database.transaction(async (tx) => {
        const answer = await work(tx);
        if (!(answer instanceof Uint8Array)) throw new RefusedInTransaction(answer);
        await addBureauCall(tx, bureauCall, answer, nowMs);
        return answer;
      });
      return { ok: true, answer: done };
    } catch (error) {
      if (error instanceof RefusedInTransaction) return error.refusal;
      // A key that is taken meanwhile, or a commit whose outcome isn't known: the next look says what is stored.
      if (classifyFailure(error).kind === 'fault' || attempt >= CONFLICTS_MAX) throw error;
    }
  }
}

/** Rolls the transaction back; nothing of a refused call is kept. */
class RefusedInTransaction extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}
