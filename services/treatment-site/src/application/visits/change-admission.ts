import { Call, type ChangeAdmissionRequest, ChangeAdmissionResponse } from '@yijie/contracts/treatment';
import { idToText } from '@yijie/runtime';
import { decideChangeAdmission } from '../../core/admission.ts';
import type { Caller } from '../caller.ts';
import { idOf } from '../ids.ts';
import type { Site } from '../site.ts';
import { doneHere, runVisitCall } from './run-visit-call.ts';

/** 2403 */
export function changeAdmission(
  site: Site,
  request: ChangeAdmissionRequest,
  caller: Caller,
): Promise<ChangeAdmissionResponse> {
  return runVisitCall(
    site,
    caller,
    request,
    'change-admission',
    request.visitId,
    (institution) => ({
      call: Call.CHANGE_ADMISSION,
      visitId: idOf(request.visitId),
      decide({ visit, today }) {
        const change = decideChangeAdmission(request, visit, { institution, today, idText: idToText });
        if (!change.ok) return change;
        return { change, answer: ChangeAdmissionResponse.encode({ outcome: doneHere() }).finish() };
      },
    }),
    { decode: ChangeAdmissionResponse.decode, bare: (outcome) => ({ outcome }) },
  );
}
