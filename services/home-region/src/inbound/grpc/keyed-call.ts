import type { Refusal } from '@yijie/errors';
import type { Database, Queryable } from '@yijie/postgres';
import type { CallContext, Clock } from '@yijie/runtime';
import { type Authorized, auditActor } from '@yijie/security';
import { oncePerKey } from '../../application/once-per-key.ts';
import { appendAudit } from '../../repositories/audit.ts';
import { keyOwner } from './caller-pool.ts';

interface Codec<Response> {
  encode(response: Response): { finish(): Uint8Array };
  decode(bytes: Uint8Array): Response;
}

/** What a change did, for the trail, and the answer that a repeat gets again. */
export interface Changed<Response> {
  readonly ok: true;
  readonly action: string;
  readonly object: string;
  readonly response: Response;
}

/**
 * A state-changing call of the bureau: done once per key, its line in the trail in the same transaction. A refusal
 * leaves nothing behind and the key free.
 */
export async function keyedCall<Response>(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  { identity, rpc, requestBytes }: CallContext<Authorized>,
  idempotencyKey: string,
  codec: Codec<Response>,
  work: (tx: Queryable, nowMs: number) => Promise<Changed<Response> | Refusal>,
): Promise<Response | Refusal> {
  const nowMs = clock.now();
  const once = await oncePerKey(
    database,
    {
      pool: keyOwner(identity),
      call: rpc.slice(rpc.lastIndexOf('/') + 1),
      idempotencyKey,
      body: requestBytes,
      nowMs,
    },
    async (tx) => {
      const changed = await work(tx, nowMs);
      if (!changed.ok) return changed;
      const { action, object, response } = changed;
      await appendAudit(tx, [{ ...auditActor(identity.caller), atMs: nowMs, action, object }]);
      return codec.encode(response).finish();
    },
  );
  return once.ok ? codec.decode(once.answer) : once;
}
