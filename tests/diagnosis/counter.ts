import { randomUUID } from 'node:crypto';
import { CallFailed, localChannelOptions, unary } from '@yijie/cli';
import { type Failure, type Outcome, OutcomeState, VisitKind } from '@yijie/contracts/common';
import {
  type DiagnoseRequest,
  type DiagnoseResponse,
  DiagnosisServiceClient,
} from '@yijie/contracts/diagnosis';
import {
  type AdmitResponse,
  type ChargeLine,
  Credential_Type,
  SettleRequest,
  type SettleResponse,
  TreatmentServiceClient,
  VisitTerms,
} from '@yijie/contracts/treatment';
import { systemClock } from '@yijie/runtime';
import { certificateFiles, clientCredentials, loadTlsIdentity } from '@yijie/security';
import { HOME_POOL } from '../support/cluster.ts';
import type { InventedMember } from '../support/invented-members.ts';

const DAY = 20_250_205;
const DEADLINE_MS = 15_000;

/** A hospital's desk that meets refusals: it calls once and keeps what it was told. */
export class Counter {
  private readonly treatment: TreatmentServiceClient;
  private readonly diagnosis: DiagnosisServiceClient;

  private constructor(treatment: TreatmentServiceClient, diagnosis: DiagnosisServiceClient) {
    this.treatment = treatment;
    this.diagnosis = diagnosis;
  }

  static async at(keyFolder: string, address: string, institutionCode: string): Promise<Counter> {
    const tls = await loadTlsIdentity(certificateFiles(keyFolder, { kind: 'institution', institutionCode }), {
      profile: 'development',
      clock: systemClock(),
    });
    const credentials = clientCredentials(tls);
    return new Counter(
      new TreatmentServiceClient(address, credentials, localChannelOptions),
      new DiagnosisServiceClient(address, credentials, localChannelOptions),
    );
  }

  close(): void {
    this.treatment.close();
    this.diagnosis.close();
  }

  async verify(member: InventedMember, type: Credential_Type = Credential_Type.ID_CARD): Promise<string> {
    const { certificateNumber, name, credentialToken: token } = member;
    const credential = { type, token, certificateNumber, name };
    const person = await unary(
      this.treatment,
      this.treatment.verifyPerson,
      { credential, homePool: HOME_POOL },
      { deadlineMs: DEADLINE_MS },
    );
    return person.personToken;
  }

  async admit(personToken: string, terms: Partial<VisitTerms> = {}): Promise<string> {
    const { outcome, visitId } = await this.tryToAdmit(personToken, terms);
    if (outcome?.state !== OutcomeState.SETTLED) throw new Error(`refused: ${outcome?.failure?.code}`);
    return visitId;
  }

  tryToAdmit(personToken: string, terms: Partial<VisitTerms>): Promise<AdmitResponse> {
    return unary(
      this.treatment,
      this.treatment.admit,
      {
        idempotencyKey: randomUUID(),
        personToken,
        homePool: HOME_POOL,
        terms: VisitTerms.fromPartial({ kind: VisitKind.INPATIENT, admissionDate: DAY, ...terms }),
        localAdmissionNumber: randomUUID(),
        department: '',
        bedNumber: '',
        personOnSlip: undefined,
      },
      { deadlineMs: DEADLINE_MS },
    );
  }

  /** One settlement with its lines and, for a stay, its discharge. */
  settle(
    visitId: string,
    changes: Partial<SettleRequest> = {},
    deadlineMs = DEADLINE_MS,
  ): Promise<SettleResponse> {
    const lines = changes.lines ?? [line(1)];
    return unary(
      this.treatment,
      this.treatment.settle,
      SettleRequest.fromPartial({
        idempotencyKey: randomUUID(),
        visitId,
        totalFen: lines.reduce((sum, { amountFen }) => sum + amountFen, 0),
        useAccount: true,
        dischargeDate: DAY,
        dischargeDiagnosisCode: 'C50.900',
        ...changes,
        lines,
      }),
      { deadlineMs },
    );
  }

  async preSettle(visitId: string, totalFen: number, deadlineMs: number): Promise<Failure | undefined> {
    const request = { visitId, totalFen, useAccount: true };
    const answer = await unary(this.treatment, this.treatment.preSettle, request, { deadlineMs });
    return answer.failure;
  }

  async upload(visitId: string, lines: ChargeLine[]): Promise<Outcome> {
    const answer = await unary(
      this.treatment,
      this.treatment.uploadCharges,
      { idempotencyKey: randomUUID(), visitId, lines },
      { deadlineMs: DEADLINE_MS },
    );
    return answer.outcome as Outcome;
  }

  async refund(settlementId: string): Promise<Outcome> {
    const answer = await unary(
      this.treatment,
      this.treatment.refund,
      { idempotencyKey: randomUUID(), settlementId, reason: 'test' },
      { deadlineMs: DEADLINE_MS },
    );
    return answer.outcome as Outcome;
  }

  /** The gRPC error of a call about something that isn't there. */
  async failingRead(visitId: string): Promise<Failure> {
    const request = { visitId };
    return failureOf(unary(this.treatment, this.treatment.getVisit, request, { deadlineMs: DEADLINE_MS }));
  }

  diagnose(id: string): Promise<DiagnoseResponse> {
    return this.ask({ subject: { $case: 'id', id } });
  }

  ask(request: DiagnoseRequest): Promise<DiagnoseResponse> {
    return unary(this.diagnosis, this.diagnosis.diagnose, request, { deadlineMs: DEADLINE_MS });
  }
}

/** An item that the hospital's table maps on the day. */
export function line(lineNumber: number, changes: Partial<ChargeLine> = {}): ChargeLine {
  return {
    lineNumber,
    itemCode: 'XY001',
    quantityE4: 10_000,
    unitPriceE4: 1_000_000,
    amountFen: 10_000,
    serviceDate: DAY,
    itemName: '',
    specification: '',
    unit: '',
    serviceTime: '',
    prescriberCode: '',
    outsideInstitutionCode: '',
    ...changes,
  };
}

/** What to ask the diagnosis for, from whatever a call answered. */
export function idOf(outcome: Outcome | undefined): string {
  return outcome?.failure?.diagnosisId || outcome?.messageId || '';
}

export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (error) {
    if (error instanceof CallFailed && error.failure) return error.failure;
    throw error;
  }
  throw new Error('the call was to be refused');
}
