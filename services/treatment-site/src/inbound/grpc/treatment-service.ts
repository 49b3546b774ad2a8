import { decodeSettleLines, decodeUploadChargesLines } from '@yijie/contracts/hot';
import {
  type SettleRequest,
  TreatmentServiceService,
  TreatmentStreamServiceService,
  type UploadChargesRequest,
} from '@yijie/contracts/treatment';
import type { Refusal } from '@yijie/errors';
import {
  type ExchangeService,
  exchangeService,
  type Handler,
  type UnaryService,
  unaryService,
} from '@yijie/runtime';
import type { Authorized } from '@yijie/security';
import type { Caller } from '../../application/caller.ts';
import { reverseCommand } from '../../application/commands/reverse-command.ts';
import { isRefusal, keptRefusal } from '../../application/diagnosis/kept-refusal.ts';
import { listUnmappedItems } from '../../application/reference/list-unmapped-items.ts';
import { mapItems } from '../../application/reference/map-items.ts';
import type { Site } from '../../application/site.ts';
import { admit } from '../../application/visits/admit.ts';
import { cancelAdmission } from '../../application/visits/cancel-admission.ts';
import { cancelDischarge } from '../../application/visits/cancel-discharge.ts';
import { changeAdmission } from '../../application/visits/change-admission.ts';
import { checkBenefit } from '../../application/visits/check-benefit.ts';
import { discharge } from '../../application/visits/discharge.ts';
import { explainSettlement } from '../../application/visits/explain-settlement.ts';
import { getOutcome } from '../../application/visits/get-outcome.ts';
import { getSettlement } from '../../application/visits/get-settlement.ts';
import { getSlip } from '../../application/visits/get-slip.ts';
import { getVisit } from '../../application/visits/get-visit.ts';
import { listBillLines } from '../../application/visits/list-bill-lines.ts';
import { listSettlements } from '../../application/visits/list-settlements.ts';
import { listStoredLines } from '../../application/visits/list-stored-lines.ts';
import { preSettle } from '../../application/visits/pre-settle.ts';
import { refundSettlement } from '../../application/visits/refund-settlement.ts';
import { settleVisit } from '../../application/visits/settle-visit.ts';
import { uploadCharges } from '../../application/visits/upload-charges.ts';
import { verifyPerson } from '../../application/visits/verify-person.ts';
import { withdrawCharges } from '../../application/visits/withdraw-charges.ts';
import { callerOf } from './caller-of.ts';

type UseCase<Request, Response> = (
  site: Site,
  request: Request,
  caller: Caller,
) => Promise<Response | Refusal>;

/**
 * The RPCs that hospitals call, each tied to its use case. Of charge lines only what a bill is converted from is decoded:
 * the rest stays in the bytes, which are what is stored.
 */
export function treatmentService(site: Site): UnaryService<Authorized> {
  const serve =
    <Request extends object, Response>(
      useCase: UseCase<Request, Response>,
    ): Handler<Request, Response, Authorized> =>
    async (request, call) => {
      const caller = callerOf(call);
      const answer = await useCase(site, request, caller);
      return isRefusal(answer) ? keptRefusal(site, caller, useCase.name, request, answer) : answer;
    };

  return unaryService(TreatmentServiceService, {
    verifyPerson: serve(verifyPerson),
    checkBenefit: serve(checkBenefit),
    admit: serve(admit),
    changeAdmission: serve(changeAdmission),
    cancelAdmission: serve(cancelAdmission),
    uploadCharges: {
      handle: serve(uploadCharges),
      decode: decodeUploadChargesLines as unknown as (bytes: Buffer) => UploadChargesRequest,
    },
    listStoredLines: serve(listStoredLines),
    withdrawCharges: serve(withdrawCharges),
    discharge: serve(discharge),
    cancelDischarge: serve(cancelDischarge),
    preSettle: serve(preSettle),
    settle: {
      handle: serve(settleVisit),
      decode: decodeSettleLines as unknown as (bytes: Buffer) => SettleRequest,
    },
    refund: serve(refundSettlement),
    reverse: serve(reverseCommand),
    getSettlement: serve(getSettlement),
    getOutcome: serve(getOutcome),
    listSettlements: serve(listSettlements),
    getVisit: serve(getVisit),
    getSlip: serve(getSlip),
    explainSettlement: serve(explainSettlement),
    listBillLines: serve(listBillLines),
    listUnmappedItems: serve(listUnmappedItems),
    mapItems: serve(mapItems),
  });
}

/** Field numbers of yijie.treatment.v1.ExchangeRequest and ExchangeResponse. */
const STREAM_FIELDS = {
  verifyPerson: 2,
  checkBenefit: 3,
  admit: 4,
  changeAdmission: 5,
  cancelAdmission: 6,
  uploadCharges: 7,
  withdrawCharges: 8,
  discharge: 9,
  cancelDischarge: 10,
  preSettle: 11,
  settle: 12,
  refund: 13,
  reverse: 14,
  getOutcome: 15,
} as const;
const STREAM_ERROR_FIELD = 16;

/** The same handlers over one stream. */
export function treatmentStream(service: UnaryService<Authorized>): ExchangeService<Authorized> {
  return exchangeService(TreatmentStreamServiceService.exchange, service, STREAM_FIELDS, STREAM_ERROR_FIELD);
}
