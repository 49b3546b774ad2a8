import { createHash } from 'node:crypto';
import { type Refusal, refuse } from '@yijie/errors';
import { classifyFailure, type Database, type Queryable } from '@yijie/postgres';
import { addKeyedCall, findKeyedCall, type KeyedCall } from '../repositories/keyed-calls.ts';

export interface CallOfKey {
  /** Whose key it is: an institution or the pool of an agency; keys of two have nothing to do with each other. */
  readonly caller: string;
  readonly call: string;
  readonly idempotencyKey: string;
  /** The message as it arrived. */
  readonly body: Uint8Array;
  readonly nowMs: number;
}

export type OnceAnswer = { readonly ok: true; readonly answer: Uint8Array } | Refusal;

const CONFLICTS_MAX = 5;

/**
 * Does a state-changing call once: its effects and its answer are stored in one transaction, a repeat gets that answer,
 * the same key with another body is refused. A refusal leaves the key free.
 */
export async function oncePerKey(
  database: Database,
  { caller, call, idempotencyKey, body, nowMs }: CallOfKey,
  work: (tx: Queryable) => Promise<Uint8Array | Refusal>,
): Promise<OnceAnswer> {
  if (!/^[\x21-\x7e]{1,64}$/.test(idempotencyKey)) return refuse('KEY-MISSING');
  const keyed: KeyedCall = {
    caller,
    call,
    idempotencyKey,
    bodyHash: createHash('sha256').update(body).digest(),
  };
  for (let attempt = 1; ; attempt += 1) {
    const known = await findKeyedCall(database, keyed);
    if (known !== undefined) {
      if (!known.bodyHash.equals(keyed.bodyHash)) return refuse('KEY-REUSED', { key: idempotencyKey });
      return { ok: true, answer: known.answer };
    }
    try {
      const answer = await database.transaction(async (tx) => {
        const made = await work(tx);
        if (!(made instanceof Uint8Array)) throw new RefusedInTransaction(made);
        await addKeyedCall(tx, keyed, made, nowMs);
        return made;
      });
      return { ok: true, answer };
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
