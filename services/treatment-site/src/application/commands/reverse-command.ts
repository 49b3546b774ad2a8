import { ReversalResult, type ReverseRequest, type ReverseResponse } from '@yijie/contracts/treatment';
import { type Refusal, refuse } from '@yijie/errors';
import { CALL } from '../../core/command.ts';
import { isKey } from '../../core/form.ts';
import type { Caller } from '../caller.ts';
import type { Site } from '../site.ts';
import { pendingOutcome, refusedHere, reverseAnswer } from './answers.ts';
import { awaitAnswer } from './await-answer.ts';
import { bodyHash } from './body-hash.ts';

/** 2601: undoes a message whose outcome is unknown, or learns that it had settled. */
export async function reverseCommand(
  site: Site,
  request: ReverseRequest,
  caller: Caller,
): Promise<ReverseResponse> {
  const noResult = { result: ReversalResult.UNSPECIFIED, settlement: undefined };
  const refused = (refusal: Refusal): ReverseResponse => {
    site.flow.refused(refusal.code);
    const { institutionCode } = caller;
    const { idempotencyKey, originalKey: subject } = request;
    const kept = site.refusals.record({ institutionCode, call: 'reverse', subject, idempotencyKey }, refusal);
    return { outcome: refusedHere(kept), ...noResult };
  };
  if (!isKey(request.idempotencyKey)) return refused(refuse('KEY-MISSING'));
  const institution = site.institutions.find(caller.institutionCode);
  if (institution === undefined)
    return refused(refuse('ORG-UNKNOWN', { institutionCode: caller.institutionCode }));
  const accepted = await site.commands.accept({
    call: CALL.reverse,
    institution,
    key: request.idempotencyKey,
    bodyHash: bodyHash(caller.requestBytes),
    audit: caller.audit,
    traceParent: caller.traceParent,
    originalCall: request.call,
    originalKey: request.originalKey,
  });
  if (accepted.kind === 'unknown') return { outcome: pendingOutcome(''), ...noResult };
  if (accepted.kind === 'refused') return refused(accepted.refusal);
  const { known, isParked } = await awaitAnswer(accepted.known, caller, {
    inFlight: site.inFlight,
    nowMs: site.clock.now(),
    budgetMs: site.settings.settleBudgetMs,
  });
  const answer = reverseAnswer(known, isParked);
  if (!accepted.repeated) site.flow.reversed(answer, known.command.homePool);
  return answer;
}
