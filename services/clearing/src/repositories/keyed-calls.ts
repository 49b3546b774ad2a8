import type { Queryable } from '@yijie/postgres';

export interface KeyedCall {
  readonly caller: string;
  readonly call: string;
  readonly idempotencyKey: string;
  readonly bodyHash: Uint8Array;
}

export interface KnownCall {
  readonly bodyHash: Buffer;
  readonly answer: Buffer;
}

export async function findKeyedCall(database: Queryable, call: KeyedCall): Promise<KnownCall | undefined> {
  const { rows } = await database.query<{ body_hash: Buffer; answer: Buffer }>(
    'SELECT body_hash, answer FROM keyed_call WHERE caller = $1 AND call = $2 AND idempotency_key = $3',
    [call.caller, call.call, call.idempotencyKey],
  );
  return rows[0] && { bodyHash: rows[0].body_hash, answer: rows[0].answer };
}

/** Fails on the primary key when another call with this key was there first. */
export async function addKeyedCall(
  tx: Queryable,
  call: KeyedCall,
  answer: Uint8Array,
  nowMs: number,
): Promise<void> {
  await tx.query(
    `INSERT INTO keyed_call (caller, call, idempotency_key, body_hash, answer, at_ms) VALUES ($1, $2, $3, $4, $5, $6)`,
    [call.caller, call.call, call.idempotencyKey, call.bodyHash, answer, nowMs],
  );
}
