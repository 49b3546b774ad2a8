import { Call, type CancelDischargeRequest, CancelDischargeResponse } from '@yijie/contracts/treatment';
import { idToText } from '@yijie/runtime';
import { decideCancelDischarge } from '../../core/discharge.ts';
import type { Caller } from '../caller.ts';
import { idOf } from '../ids.ts';
import type { Site } from '../site.ts';
import { doneHere, runVisitCall } from './run-visit-call.ts';

/** 2405 */
export function cancelDischarge(
  site: Site,
  request: CancelDischargeRequest,
  caller: Caller,
): Promise<CancelDischargeResponse> {
  return runVisitCall(
    site,
    caller,
    request,
    'cancel-discharge',
    request.visitId,
    () => ({
      call: Call.CANCEL_DISCHARGE,
      visitId: idOf(request.visitId),
      needsOtherStays: true,
      decide({ visit, openStays }) {
        const change = decideCancelDischarge(visit, { idText: idToText, otherOpenStay: openStays[0] });
        if (!change.ok) return change;
        return { change, answer: CancelDischargeResponse.encode({ outcome: doneHere() }).finish() };
      },
    }),
    { decode: CancelDischargeResponse.decode, bare: (outcome) => ({ outcome }) },
  );
}
