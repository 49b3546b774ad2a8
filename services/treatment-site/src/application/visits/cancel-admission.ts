import { Call, type CancelAdmissionRequest, CancelAdmissionResponse } from '@yijie/contracts/treatment';
import { idToText } from '@yijie/runtime';
import { decideCancelAdmission } from '../../core/admission.ts';
import type { Caller } from '../caller.ts';
import { idOf } from '../ids.ts';
import type { Site } from '../site.ts';
import { doneHere, runVisitCall } from './run-visit-call.ts';

/** 2404 / 2202 */
export function cancelAdmission(
  site: Site,
  request: CancelAdmissionRequest,
  caller: Caller,
): Promise<CancelAdmissionResponse> {
  return runVisitCall(
    site,
    caller,
    request,
    'cancel-admission',
    request.visitId,
    () => ({
      call: Call.CANCEL_ADMISSION,
      visitId: idOf(request.visitId),
      decide({ visit }) {
        const change = decideCancelAdmission(visit, idToText);
        if (!change.ok) return change;
        return { change, answer: CancelAdmissionResponse.encode({ outcome: doneHere() }).finish() };
      },
    }),
    { decode: CancelAdmissionResponse.decode, bare: (outcome) => ({ outcome }) },
  );
}
