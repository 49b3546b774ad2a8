import { type Client, Metadata, type ServiceError } from '@grpc/grpc-js';
import { VisitKind } from '@yijie/contracts/common';
import type {
  AdmitRequest,
  ChargeLine,
  SettleRequest,
  TreatmentServiceClient,
  TreatmentServiceService,
} from '@yijie/contracts/treatment';
import { HOME_POOL } from './site-fixture.ts';

let counter = 0;

/** A key, token or number that no other test uses. */
export function unique(prefix: string): string {
  counter += 1;
  return `${prefix}-${process.pid}-${counter}`;
}

export function admission(changes: Partial<AdmitRequest> = {}): AdmitRequest {
  return {
    idempotencyKey: unique('admit'),
    personToken: unique('person'),
    homePool: HOME_POOL,
    terms: {
      kind: VisitKind.INPATIENT,
      admissionDate: 20250601,
      emergency: false,
      injury: false,
      thirdPartyLiable: false,
      injuryStatementSigned: false,
      chronicDiseaseCode: '',
      diagnosisCode: 'C34.9',
    },
    localAdmissionNumber: unique('number'),
    department: '肿瘤科',
    bedNumber: '12',
    personOnSlip: undefined,
    ...changes,
  };
}

/** An item that the hospital's table maps for all of 2025. */
export const ITEM = 'XY001';

export function line(lineNumber: number, changes: Partial<ChargeLine> = {}): ChargeLine {
  const quantity = 1 + (lineNumber % 3);
  const priceFen = 100 + lineNumber;
  return {
    lineNumber,
    itemCode: ITEM,
    quantityE4: quantity * 10_000,
    unitPriceE4: priceFen * 100,
    amountFen: quantity * priceFen,
    serviceDate: 20250602 + (lineNumber % 5),
    itemName: '0.9%盐水注射液',
    specification: '250ml',
    unit: '瓶',
    serviceTime: '08:30:00',
    prescriberCode: 'D410101000001',
    outsideInstitutionCode: '',
    ...changes,
  };
}

export function bill(count: number, from = 1): ChargeLine[] {
  return Array.from({ length: count }, (_, index) => line(from + index));
}

export function totalOf(lines: readonly ChargeLine[]): number {
  return lines.reduce((sum, each) => sum + each.amountFen, 0);
}

export function settleRequest(changes: Partial<SettleRequest>): SettleRequest {
  return {
    idempotencyKey: unique('settle'),
    visitId: '',
    totalFen: 0,
    useAccount: false,
    quoteHash: Buffer.alloc(0),
    lines: [],
    dischargeDate: 0,
    dischargeDiagnosisCode: '',
    paidInFull: false,
    interim: false,
    ...changes,
  };
}

type Method = keyof TreatmentServiceService;
type RequestOf<Name extends Method> = ReturnType<TreatmentServiceService[Name]['requestDeserialize']>;
type ResponseOf<Name extends Method> = ReturnType<TreatmentServiceService[Name]['responseDeserialize']>;

/** One unary call as a promise; rejects with the gRPC error. */
export function call<Name extends Method>(
  client: TreatmentServiceClient,
  name: Name,
  request: RequestOf<Name>,
  deadlineMs = 20_000,
): Promise<ResponseOf<Name>> {
  const method = client[name as keyof TreatmentServiceClient] as unknown as (
    request: unknown,
    metadata: unknown,
    options: { deadline: number },
    callback: (error: ServiceError | null, response: ResponseOf<Name>) => void,
  ) => void;
  return new Promise((resolve, reject) => {
    method.call(client, request, new Metadata(), { deadline: Date.now() + deadlineMs }, (error, response) =>
      error ? reject(error) : resolve(response),
    );
  });
}

/** The same for a method of any client. */
export function unary<Request, Response>(
  client: Client,
  method: (
    request: Request,
    metadata: Metadata,
    options: { deadline: number },
    callback: (error: ServiceError | null, response: Response) => void,
  ) => unknown,
  request: Request,
  deadlineMs = 20_000,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const deadline = Date.now() + deadlineMs;
    method.call(client, request, new Metadata(), { deadline }, (error, response) =>
      error ? reject(error) : resolve(response),
    );
  });
}
