import { Call, type DischargeRequest, DischargeResponse } from '@yijie/contracts/treatment';
import { idToText } from '@yijie/runtime';
import { decideDischarge } from '../../core/discharge.ts';
import type { Caller } from '../caller.ts';
import { idOf } from '../ids.ts';
import type { Site } from '../site.ts';
import { doneHere, runVisitCall } from './run-visit-call.ts';

/** 2402 */
export function discharge(site: Site, request: DischargeRequest, caller: Caller): Promise<DischargeResponse> {
  return runVisitCall(
    site,
    caller,
    request,
    'discharge',
    request.visitId,
    () => ({
      call: Call.DISCHARGE,
      visitId: idOf(request.visitId),
      decide({ visit, today }) {
        const change = decideDischarge(request, visit, { today, idText: idToText });
        if (!change.ok) return change;
        return { change, answer: DischargeResponse.encode({ outcome: doneHere() }).finish() };
      },
    }),
    { decode: DischargeResponse.decode, bare: (outcome) => ({ outcome }) },
  );
}
