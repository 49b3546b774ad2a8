import {
  AdmitRequest,
  DischargeRequest,
  PreSettleRequest,
  SettleRequest,
  UploadChargesRequest,
} from '@yijie/contracts/treatment';
import { type EncodedBill, STAY_DAY_NUMBER } from './bills.ts';
import { DIAGNOSIS, HOME_POOL, STAY_TERMS, type Stay } from './people.ts';

/** Requests as bytes. A bill's lines are encoded once and joined, as protobuf allows. */

/** Charges and discharge in the call. */
export function settleWithCharges(key: string, stay: Stay, bill: EncodedBill): Buffer {
  const head = SettleRequest.encode(
    SettleRequest.fromPartial({
      idempotencyKey: key,
      visitId: stay.visitIdText,
      totalFen: bill.totalFen,
      useAccount: true,
      dischargeDate: STAY_DAY_NUMBER,
      dischargeDiagnosisCode: DIAGNOSIS,
    }),
  ).finish();
  return Buffer.concat([head, bill.settleLines]);
}

/** Charges were uploaded before; `discharged` too. */
export function settleUploaded(
  key: string,
  stay: Stay,
  bill: EncodedBill,
  quote: { readonly hash: Uint8Array; readonly discharged: boolean },
): Uint8Array {
  return SettleRequest.encode(
    SettleRequest.fromPartial({
      idempotencyKey: key,
      visitId: stay.visitIdText,
      totalFen: bill.totalFen,
      useAccount: true,
      quoteHash: Buffer.from(quote.hash),
      ...(quote.discharged ? {} : { dischargeDate: STAY_DAY_NUMBER, dischargeDiagnosisCode: DIAGNOSIS }),
    }),
  ).finish();
}

export function preSettle(stay: Stay, bill: EncodedBill): Uint8Array {
  return PreSettleRequest.encode({
    visitId: stay.visitIdText,
    totalFen: bill.totalFen,
    useAccount: true,
  }).finish();
}

export function uploadCharges(key: string, stay: Stay, bill: EncodedBill): Buffer {
  const head = UploadChargesRequest.encode(
    UploadChargesRequest.fromPartial({ idempotencyKey: key, visitId: stay.visitIdText }),
  ).finish();
  return Buffer.concat([head, bill.uploadLines]);
}

export function discharge(key: string, stay: Stay, bill: EncodedBill): Uint8Array {
  return DischargeRequest.encode({
    idempotencyKey: key,
    visitId: stay.visitIdText,
    dischargeDate: STAY_DAY_NUMBER,
    dischargeDiagnosisCode: DIAGNOSIS,
    lineCount: bill.lineCount,
    totalFen: bill.totalFen,
  }).finish();
}

export function admit(key: string, personToken: string): Uint8Array {
  return AdmitRequest.encode({
    idempotencyKey: key,
    personToken,
    homePool: HOME_POOL,
    terms: STAY_TERMS,
    localAdmissionNumber: `ZY${key}`,
    department: '肿瘤科',
    bedNumber: '12',
    personOnSlip: { name: '测试', certificateNumber: '', gender: '女', birthDate: 19580505 },
  }).finish();
}
