import { refuse } from '@yijie/errors';
import type { Queryable } from '@yijie/postgres';
import { idToText } from '@yijie/runtime';
import type { ReimbursementCase } from '../../core/claims/reimbursement-case.ts';
import { afterEvent, type ReimbursementEvent } from '../../core/claims/reimbursement-states.ts';
import { lockCase, saveCase } from '../../repositories/claims/reimbursement-rows.ts';
import type { CaseAnswer } from './open-reimbursement.ts';
import type { BureauActor } from './propose-correction.ts';

/** An event with what it adds to the case. */
export interface CaseMove {
  readonly event: ReimbursementEvent;
  readonly change?: Partial<ReimbursementCase>;
  readonly reason?: string;
  readonly materials?: readonly string[];
}

/**
 * Locks a case, lets `decide` say what happens to it, and stores that as its next version. What the state doesn't
 * allow is refused; the second of two clerks waits for the lock and decides on what the first one left.
 */
export async function moveReimbursement(
  tx: Queryable,
  reimbursementId: Uint8Array,
  actor: BureauActor,
  nowMs: number,
  decide: (found: ReimbursementCase) => CaseMove | Refused | Promise<CaseMove | Refused>,
): Promise<CaseAnswer> {
  const found = await lockCase(tx, reimbursementId, actor);
  if (found === undefined) return refuse('REI-NOTFOUND', { reimbursementId: idToText(reimbursementId) });
  const move = await decide(found);
  if ('ok' in move) return move;
  const state = afterEvent(found.state, move.event);
  if (state === undefined) return refuse('REI-STATE', { state: found.state });
  const next = { ...found, ...move.change, state, version: found.version + 1 };
  await saveCase(tx, next, {
    event: move.event,
    fromState: found.state,
    actor: actor.name,
    atMs: nowMs,
    reason: move.reason ?? null,
    materials: move.materials ?? null,
  });
  return { ok: true, found: next };
}

type Refused = Extract<CaseAnswer, { readonly ok: false }>;
