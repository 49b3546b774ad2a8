import {
  AdmitResponse,
  Call,
  type GetOutcomeRequest,
  type GetOutcomeResponse,
  UploadChargesResponse,
} from '@yijie/contracts/treatment';
import { type Refusal, refuse } from '@yijie/errors';
import { CALL } from '../../core/command.ts';
import { isKey } from '../../core/form.ts';
import { loadCommandByKey } from '../../repositories/load-commands.ts';
import { findLocalAnswer } from '../../repositories/settlements.ts';
import type { Caller } from '../caller.ts';
import { outcomeOf, refundAnswer, reverseAnswer, settleAnswer } from '../commands/answers.ts';
import type { Site } from '../site.ts';
import { doneHere } from './run-visit-call.ts';

/** What became of one of the caller's own keys; it doesn't wait. */
export async function getOutcome(
  site: Site,
  request: GetOutcomeRequest,
  caller: Caller,
): Promise<GetOutcomeResponse | Refusal> {
  const { call, idempotencyKey } = request;
  if (!isKey(idempotencyKey)) return refuse('KEY-MISSING');
  if (call < Call.ADMIT || call > Call.REVERSE)
    return refuse('FRM-VALUE', { field: 'call', value: String(call) });
  const { institutionCode } = caller;
  if (call !== CALL.settle && call !== CALL.refund && call !== CALL.reverse) {
    const answer = await findLocalAnswer(site.database, institutionCode, call, idempotencyKey);
    return answer === undefined ? refuse('KEY-UNKNOWN') : localOutcome(call, answer);
  }
  const known = await loadCommandByKey(site.database, institutionCode, call, idempotencyKey);
  if (known === undefined) return refuse('KEY-UNKNOWN');
  const outcome = outcomeOf(known);
  switch (call) {
    case CALL.settle:
      return { outcome, answer: { $case: 'settle', settle: settleAnswer(known) } };
    case CALL.refund:
      return { outcome, answer: { $case: 'refund', refund: refundAnswer(known) } };
    default:
      return { outcome, answer: { $case: 'reverse', reverse: reverseAnswer(known) } };
  }
}

function localOutcome(call: Call, answer: Buffer): GetOutcomeResponse {
  if (call === Call.ADMIT) {
    const admit = AdmitResponse.decode(answer);
    return { outcome: admit.outcome, answer: { $case: 'admit', admit } };
  }
  if (call === Call.UPLOAD_CHARGES) {
    const uploadCharges = UploadChargesResponse.decode(answer);
    return { outcome: uploadCharges.outcome, answer: { $case: 'uploadCharges', uploadCharges } };
  }
  return { outcome: doneHere(), answer: undefined };
}
