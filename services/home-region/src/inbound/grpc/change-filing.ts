import { localDateAt } from '@yijie/calendar';
import type { Outcome } from '@yijie/contracts/common';
import type { FilingRecord as WireFiling } from '@yijie/contracts/home';
import type { Refusal } from '@yijie/errors';
import type { Database, Queryable } from '@yijie/postgres';
import type { CallContext, Clock } from '@yijie/runtime';
import { type Authorized, auditActor, callerName } from '@yijie/security';
import { auditFilings } from '../../application/filing/audit-filings.ts';
import type { FilingActor, Registry } from '../../application/filing/filing-registry.ts';
import type { FilingResult } from '../../application/filing/submit-filing.ts';
import { oncePerKey } from '../../application/once-per-key.ts';
import type { HomeRules } from '../../core/settling/settle.ts';
import { callerPool, keyOwner } from './caller-pool.ts';
import { wireFiling } from './filing-wire.ts';
import { refusedOutcome, settledOutcome } from './outcomes.ts';

export interface FilingServiceParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly registry: Registry;
  readonly rules: HomeRules;
}

/** The parts that every answer of a changing call has. */
export interface FilingAnswer {
  readonly outcome: Outcome;
  readonly filing: WireFiling | undefined;
  readonly newFiling: WireFiling | undefined;
}

/** A generated message, as far as storing an answer needs it. */
interface Message<Answer> {
  fromPartial(answer: FilingAnswer & { filingId: string; state: string }): Answer;
  encode(answer: Answer): { finish(): Uint8Array };
  decode(bytes: Uint8Array): Answer;
}

/** One changing call: once for its key, its effects, audit and answer in one transaction. */
export async function changeFiling<Answer>(
  { database, clock }: FilingServiceParts,
  call: CallContext<Authorized>,
  idempotencyKey: string,
  action: string,
  message: Message<Answer>,
  work: (tx: Queryable, actor: FilingActor, nowMs: number) => Promise<FilingResult>,
  withSecondPerson = false,
): Promise<Answer | Refusal> {
  const { identity, rpc, requestBytes } = call;
  const nowMs = clock.now();
  const actor = { name: callerName(identity.caller), pool: callerPool(identity), withSecondPerson };
  const keyed = {
    pool: keyOwner(identity),
    call: rpc.slice(rpc.lastIndexOf('/') + 1),
    idempotencyKey,
    body: requestBytes,
    nowMs,
  };
  const once = await oncePerKey(database, keyed, async (tx) => {
    const result = await work(tx, actor, nowMs);
    if (!result.ok && !result.keepsKey) return result;
    if (result.ok) await auditFilings(tx, auditActor(identity.caller), action, result, nowMs);
    return message.encode(message.fromPartial(answerOf(result, idempotencyKey))).finish();
  });
  return once.ok ? message.decode(once.answer) : once;
}

function answerOf(
  result: FilingResult,
  idempotencyKey: string,
): FilingAnswer & { filingId: string; state: string } {
  if (!result.ok) {
    const outcome = refusedOutcome(result, idempotencyKey);
    return { outcome, filing: undefined, newFiling: undefined, filingId: '', state: '' };
  }
  const { filing, added } = result;
  return {
    outcome: settledOutcome(idempotencyKey),
    filing: wireFiling(filing),
    newFiling: added && wireFiling(added),
    filingId: filing.filingId,
    state: filing.state,
  };
}

/** Whether a filing would begin before the day on which it is made. */
export function reachesBack(from: string | undefined, nowMs: number): boolean {
  return from !== undefined && from < localDateAt(nowMs);
}
