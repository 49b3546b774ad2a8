import { randomUUID } from 'node:crypto';
import { CallFailed, localChannelOptions, unary } from '@yijie/cli';
import { type Outcome, OutcomeState, type VisitKind } from '@yijie/contracts/common';
import { CheckState, DiagnosisServiceClient } from '@yijie/contracts/diagnosis';
import {
  type ChargeLine,
  type CheckBenefitResponse,
  Credential_Type,
  type PreSettleResponse,
  type Settlement,
  TreatmentServiceClient,
  type VisitTerms,
} from '@yijie/contracts/treatment';
import { systemClock } from '@yijie/runtime';
import { certificateFiles, clientCredentials, loadTlsIdentity } from '@yijie/security';
import type { InventedMember } from './invented-members.ts';

export const DAY = 20_250_205;
const DEADLINE_MS = 15_000;

/** One line, 100 yuan in scope at a time. */
export function inScope(hundreds: number, change: Partial<ChargeLine> = {}): ChargeLine {
  return charge('XY001', hundreds * 10, 10, change);
}

/** Class B: a tenth is prepaid. */
export function classB(hundreds: number, change: Partial<ChargeLine> = {}): ChargeLine {
  return charge('XY004', hundreds * 10, 10, change);
}

function charge(
  itemCode: string,
  quantity: number,
  priceYuan: number,
  change: Partial<ChargeLine>,
): ChargeLine {
  return {
    lineNumber: 1,
    itemCode,
    quantityE4: quantity * 10_000,
    unitPriceE4: priceYuan * 10_000,
    amountFen: quantity * priceYuan * 100,
    serviceDate: DAY,
    itemName: '',
    specification: '',
    unit: '',
    serviceTime: '',
    prescriberCode: '',
    outsideInstitutionCode: '',
    ...change,
  };
}

export type Terms = Partial<VisitTerms> & { readonly kind: VisitKind };

/** A hospital's desk for every kind of visit. A refusal comes back as its code. */
export class OutpatientDesk {
  private readonly client: TreatmentServiceClient;
  private readonly diagnosis: DiagnosisServiceClient;

  private constructor(client: TreatmentServiceClient, diagnosis: DiagnosisServiceClient) {
    this.client = client;
    this.diagnosis = diagnosis;
  }

  static async at(keyFolder: string, address: string, institutionCode: string): Promise<OutpatientDesk> {
    const files = certificateFiles(keyFolder, { kind: 'institution', institutionCode });
    const tls = await loadTlsIdentity(files, { profile: 'development', clock: systemClock() });
    return new OutpatientDesk(
      new TreatmentServiceClient(address, clientCredentials(tls), localChannelOptions),
      new DiagnosisServiceClient(address, clientCredentials(tls), localChannelOptions),
    );
  }

  close(): void {
    this.client.close();
    this.diagnosis.close();
  }

  /** The person's token, or why there is none. */
  async verify(member: InventedMember & { readonly homePool: string }): Promise<string> {
    const { certificateNumber, name, homePool } = member;
    const answer = await this.call(this.client.verifyPerson, {
      credential: { type: Credential_Type.ID_CARD, token: '', certificateNumber, name },
      homePool,
    }).catch((error: CallFailed) => error);
    return answer instanceof CallFailed ? (answer.failure?.code ?? answer.message) : answer.personToken;
  }

  checkBenefit(personToken: string, terms: Terms, homePool = '430100'): Promise<CheckBenefitResponse> {
    return this.call(this.client.checkBenefit, { personToken, homePool, terms: termsOf(terms) });
  }

  /** The visit's id, or why nobody is registered. */
  async register(personToken: string, terms: Terms, homePool = '430100'): Promise<string> {
    const answer = await this.call(this.client.admit, {
      idempotencyKey: randomUUID(),
      personToken,
      homePool,
      terms: termsOf(terms),
      localAdmissionNumber: randomUUID(),
      department: '',
      bedNumber: '',
      personOnSlip: undefined,
    });
    return refusalOf(answer.outcome) || answer.visitId;
  }

  async change(visitId: string, terms: Terms): Promise<string> {
    const request = {
      idempotencyKey: randomUUID(),
      visitId,
      terms: termsOf(terms),
      department: '',
      bedNumber: '',
    };
    return refusalOf((await this.call(this.client.changeAdmission, request)).outcome);
  }

  async upload(visitId: string, ...lines: readonly ChargeLine[]): Promise<string> {
    const request = { idempotencyKey: randomUUID(), visitId, lines: [...lines] };
    return refusalOf((await this.call(this.client.uploadCharges, request)).outcome);
  }

  async discharge(visitId: string, lines: readonly ChargeLine[], diagnosisCode: string): Promise<string> {
    const request = {
      idempotencyKey: randomUUID(),
      visitId,
      dischargeDate: DAY,
      dischargeDiagnosisCode: diagnosisCode,
      lineCount: lines.length,
      totalFen: totalOf(lines),
    };
    return refusalOf((await this.call(this.client.discharge, request)).outcome);
  }

  preSettle(visitId: string, totalFen: number, useAccount = false): Promise<PreSettleResponse> {
    return this.call(this.client.preSettle, { visitId, totalFen, useAccount });
  }

  /** Settles what a quote said, or says why not. */
  async settle(
    visitId: string,
    totalFen: number,
    quote?: PreSettleResponse,
    useAccount = false,
    lines: readonly ChargeLine[] = [],
  ): Promise<Settlement | string> {
    const answer = await this.call(this.client.settle, {
      idempotencyKey: randomUUID(),
      visitId,
      totalFen,
      useAccount,
      quoteHash: quote?.quoteHash ?? Buffer.alloc(0),
      lines: [...lines],
      dischargeDate: 0,
      dischargeDiagnosisCode: '',
      paidInFull: false,
      interim: false,
    });
    return refusalOf(answer.outcome) || (answer.settlement as Settlement);
  }

  /** Registers, uploads, asks for a quote and settles it; the quote and the settlement must say the same. */
  async visit(
    personToken: string,
    terms: Terms,
    lines: readonly ChargeLine[],
    options: { readonly homePool?: string; readonly useAccount?: boolean } = {},
  ): Promise<Settlement | string> {
    const visitId = await this.register(personToken, terms, options.homePool);
    if (visitId.length !== 36) return visitId;
    const refused = await this.upload(visitId, ...lines);
    if (refused !== '') return refused;
    const quote = await this.preSettle(visitId, totalOf(lines), options.useAccount);
    if (quote.failure) return quote.failure.code;
    const settled = await this.settle(visitId, totalOf(lines), quote, options.useAccount);
    if (typeof settled !== 'string') {
      const { settlementId: _, settledAtMs: __, state: ___, ...same } = settled;
      const { settlementId: _q, settledAtMs: __q, state: ___q, ...quoted } = quote.quote as Settlement;
      if (JSON.stringify(same) !== JSON.stringify(quoted)) throw new Error('settled otherwise than quoted');
    }
    return settled;
  }

  async refund(settlementId: string): Promise<Settlement> {
    const request = { idempotencyKey: randomUUID(), settlementId, reason: 'test' };
    const answer = await this.call(this.client.refund, request);
    if (answer.settlement === undefined) throw new Error(refusalOf(answer.outcome));
    return answer.settlement;
  }

  async slip(settlementId: string): Promise<string> {
    return (await this.call(this.client.getSlip, { settlementId, withExplanation: false, remarks: [] })).text;
  }

  async map(itemCode: string, nationalCode: string): Promise<string> {
    const mapping = { itemCode, nationalCode, selfPaidReason: '', categoryCode: '', validFrom: 20_250_101 };
    const answer = await this.call(this.client.mapItems, {
      idempotencyKey: randomUUID(),
      mappings: [mapping],
    });
    return refusalOf(answer.outcome);
  }

  /** The checks that a visit fails today, as `check CODE`. */
  async diagnose(visitId: string): Promise<string[]> {
    const request = { subject: { $case: 'id' as const, id: visitId } };
    const { today } = await unary(this.diagnosis, this.diagnosis.diagnose, request, {
      deadlineMs: DEADLINE_MS,
    });
    return today
      .filter(({ state }) => state === CheckState.FAILED)
      .map(({ name, code }) => `${name} ${code}`);
  }

  private call<Request, Response>(
    method: Parameters<typeof unary<Request, Response>>[1],
    request: Request,
  ): Promise<Response> {
    return unary(this.client, method, request, { deadlineMs: DEADLINE_MS });
  }
}

export function totalOf(lines: readonly ChargeLine[]): number {
  return lines.reduce((sum, line) => sum + line.amountFen, 0);
}

function termsOf(terms: Terms): VisitTerms {
  return {
    admissionDate: DAY,
    emergency: false,
    injury: false,
    thirdPartyLiable: false,
    injuryStatementSigned: false,
    chronicDiseaseCode: '',
    diagnosisCode: '',
    ...terms,
  };
}

/** Empty when it was done. */
function refusalOf(outcome: Outcome | undefined): string {
  if (outcome?.state === OutcomeState.SETTLED) return '';
  return outcome?.failure?.code ?? 'PENDING';
}
