import {
  AdmitResponse,
  DischargeResponse,
  PreSettleResponse,
  SettleResponse,
  UploadChargesResponse,
} from '@yijie/contracts/treatment';

/** The calls a hospital makes here, by their field in the stream's envelope and their unary path. */
export const CALLS = {
  admit: { field: 4, path: '/yijie.treatment.v1.TreatmentService/Admit', decode: AdmitResponse.decode },
  uploadCharges: {
    field: 7,
    path: '/yijie.treatment.v1.TreatmentService/UploadCharges',
    decode: UploadChargesResponse.decode,
  },
  discharge: {
    field: 9,
    path: '/yijie.treatment.v1.TreatmentService/Discharge',
    decode: DischargeResponse.decode,
  },
  preSettle: {
    field: 11,
    path: '/yijie.treatment.v1.TreatmentService/PreSettle',
    decode: PreSettleResponse.decode,
  },
  settle: { field: 12, path: '/yijie.treatment.v1.TreatmentService/Settle', decode: SettleResponse.decode },
} as const;

export type CallName = keyof typeof CALLS;
export type AnswerOf<Name extends CallName> = ReturnType<(typeof CALLS)[Name]['decode']>;

/** A hospital's way to its treatment site. Requests are encoded already: the load should cost little to make. */
export interface HospitalCaller {
  call<Name extends CallName>(name: Name, request: Uint8Array): Promise<AnswerOf<Name>>;
  close(): void;
}
