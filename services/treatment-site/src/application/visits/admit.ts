import { type AdmitRequest, AdmitResponse, Call } from '@yijie/contracts/treatment';
import { idToText } from '@yijie/runtime';
import { decideAdmit } from '../../core/admission.ts';
import type { Caller } from '../caller.ts';
import { newId } from '../ids.ts';
import type { Site } from '../site.ts';
import { doneHere, runVisitCall } from './run-visit-call.ts';

/** 2401 / 2201 */
export function admit(site: Site, request: AdmitRequest, caller: Caller): Promise<AdmitResponse> {
  const visitId = newId(site.ids);
  return runVisitCall(
    site,
    caller,
    request,
    'admit',
    '',
    (institution) => ({
      call: Call.ADMIT,
      visitId: undefined,
      admission: { personToken: request.personToken, number: request.localAdmissionNumber },
      slipIdentity: site.slipIdentities.encrypt(request.personOnSlip, visitId),
      decide({ openStays, today }) {
        const change = decideAdmit(request, {
          institution,
          openStays,
          today,
          newVisitId: visitId,
          idText: idToText,
          isKnownHomePool: site.settings.isKnownHomePool,
        });
        if (!change.ok) return change;
        const id = idToText(visitId);
        return { change, answer: AdmitResponse.encode({ outcome: doneHere(id), visitId: id }).finish() };
      },
    }),
    { decode: AdmitResponse.decode, bare: (outcome) => ({ outcome, visitId: '' }) },
  );
}
