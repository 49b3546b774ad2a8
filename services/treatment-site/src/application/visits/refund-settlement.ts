import type { RefundRequest, RefundResponse } from '@yijie/contracts/treatment';
import { type Refusal, refuse } from '@yijie/errors';
import { CALL } from '../../core/command.ts';
import { isKey } from '../../core/form.ts';
import type { Caller } from '../caller.ts';
import { pendingOutcome, refundAnswer, refusedHere } from '../commands/answers.ts';
import { awaitAnswer } from '../commands/await-answer.ts';
import { bodyHash } from '../commands/body-hash.ts';
import { idOf } from '../ids.ts';
import type { Site } from '../site.ts';

/** 2305 / 2208 */
export async function refundSettlement(
  site: Site,
  request: RefundRequest,
  caller: Caller,
): Promise<RefundResponse> {
  const refused = (refusal: Refusal): RefundResponse => {
    site.flow.refused(refusal.code);
    const { institutionCode } = caller;
    const { idempotencyKey, settlementId: subject } = request;
    const kept = site.refusals.record({ institutionCode, call: 'refund', subject, idempotencyKey }, refusal);
    return { outcome: refusedHere(kept), settlement: undefined };
  };
  if (!isKey(request.idempotencyKey)) return refused(refuse('KEY-MISSING'));
  const institution = site.institutions.find(caller.institutionCode);
  if (institution === undefined)
    return refused(refuse('ORG-UNKNOWN', { institutionCode: caller.institutionCode }));
  const accepted = await site.commands.accept({
    call: CALL.refund,
    institution,
    key: request.idempotencyKey,
    bodyHash: bodyHash(caller.requestBytes),
    audit: caller.audit,
    traceParent: caller.traceParent,
    settlementId: idOf(request.settlementId),
    settlementIdText: request.settlementId,
    reason: request.reason,
  });
  if (accepted.kind === 'unknown') return { outcome: pendingOutcome(''), settlement: undefined };
  if (accepted.kind === 'refused') return refused(accepted.refusal);
  const { known, isParked } = await awaitAnswer(accepted.known, caller, {
    inFlight: site.inFlight,
    nowMs: site.clock.now(),
    budgetMs: site.settings.settleBudgetMs,
  });
  const answer = refundAnswer(known, isParked);
  if (!accepted.repeated) site.flow.refunded(answer, known.command.homePool);
  return answer;
}
