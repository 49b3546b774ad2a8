import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { CallFailed, localChannelOptions, unary } from '@yijie/cli';
import { type Outcome, OutcomeState, VisitKind } from '@yijie/contracts/common';
import {
  Call,
  Credential_Type,
  type RefundResponse,
  type ReverseResponse,
  type SettleResponse,
  TreatmentServiceClient,
} from '@yijie/contracts/treatment';
import { systemClock } from '@yijie/runtime';
import { certificateFiles, clientCredentials, loadTlsIdentity } from '@yijie/security';
import { INSTITUTION } from './cluster.ts';
import type { InventedMember } from './invented-members.ts';

const DAY = 20_250_205;
const DEADLINE_MS = 10_000;
/** How long a site that didn't answer is left alone. */
const REST_MS = 15_000;

/** Two lines in scope and one outside it: 1,500.00 yuan in all. */
const LINES = [
  { itemCode: 'XY001', quantityE4: 4_000_000, unitPriceE4: 25_600, amountFen: 102_400 },
  { itemCode: 'XY003', quantityE4: 1_000_000, unitPriceE4: 25_600, amountFen: 25_600 },
  { itemCode: 'XY002', quantityE4: 1_000_000, unitPriceE4: 22_000, amountFen: 22_000 },
].map((line, index) => ({
  ...line,
  lineNumber: index + 1,
  serviceDate: DAY,
  itemName: '',
  specification: '',
  unit: '',
  serviceTime: '',
  prescriberCode: '',
  outsideInstitutionCode: '',
}));
export const BILL_TOTAL_FEN = LINES.reduce((sum, line) => sum + line.amountFen, 0);

/**
 * A hospital that never gives up: it calls one of the treatment sites, goes to another when one is away, and asks
 * again with the same key until the outcome is final. Each request is one invocation; what came back is kept.
 */
export class Hospital {
  private readonly sites: readonly { readonly client: TreatmentServiceClient; restsUntil: number }[];
  private turn = 0;
  /** What came back instead of an answer, and how often: `PENDING`, codes of refusals, gRPC statuses. */
  readonly setbacks = new Map<string, number>();

  private constructor(clients: readonly TreatmentServiceClient[]) {
    this.sites = clients.map((client) => ({ client, restsUntil: 0 }));
  }

  static async at(
    keyFolder: string,
    addresses: readonly string[],
    institutionCode = INSTITUTION,
  ): Promise<Hospital> {
    const tls = await loadTlsIdentity(certificateFiles(keyFolder, { kind: 'institution', institutionCode }), {
      profile: 'development',
      clock: systemClock(),
    });
    return new Hospital(
      addresses.map(
        (address) => new TreatmentServiceClient(address, clientCredentials(tls), localChannelOptions),
      ),
    );
  }

  close(): void {
    for (const { client } of this.sites) client.close();
  }

  async admit(
    member: Pick<InventedMember, 'certificateNumber' | 'name'>,
    homePool = '430100',
  ): Promise<string> {
    const person = await this.insist((client) =>
      unary(
        client,
        client.verifyPerson,
        {
          credential: {
            type: Credential_Type.ID_CARD,
            token: '',
            certificateNumber: member.certificateNumber,
            name: member.name,
          },
          homePool,
        },
        { deadlineMs: DEADLINE_MS },
      ),
    );
    const idempotencyKey = randomUUID();
    const answer = await this.untilFinal((client) =>
      unary(
        client,
        client.admit,
        {
          idempotencyKey,
          personToken: person.personToken,
          homePool,
          terms: {
            kind: VisitKind.INPATIENT,
            admissionDate: DAY,
            emergency: false,
            injury: false,
            thirdPartyLiable: false,
            injuryStatementSigned: false,
            chronicDiseaseCode: '',
            diagnosisCode: '',
          },
          localAdmissionNumber: idempotencyKey,
          department: '',
          bedNumber: '',
          personOnSlip: undefined,
        },
        { deadlineMs: DEADLINE_MS },
      ),
    );
    if (answer.outcome?.state !== OutcomeState.SETTLED)
      throw new Error(`not admitted: ${answer.outcome?.failure?.code}`);
    return answer.visitId;
  }

  /** A stay that has ended and isn't settled: of these a person may have several. */
  async admitAndDischarge(member: InventedMember): Promise<string> {
    const visitId = await this.admit(member);
    const idempotencyKey = randomUUID();
    const answer = await this.untilFinal((client) =>
      unary(
        client,
        client.discharge,
        {
          idempotencyKey,
          visitId,
          dischargeDate: DAY,
          dischargeDiagnosisCode: 'C50.900',
          lineCount: 0,
          totalFen: 0,
        },
        { deadlineMs: DEADLINE_MS },
      ),
    );
    if (answer.outcome?.state !== OutcomeState.SETTLED)
      throw new Error(`not discharged: ${answer.outcome?.failure?.code}`);
    return visitId;
  }

  settle(visitId: string, key: string = randomUUID()): Promise<SettleResponse> {
    return this.untilFinal((client) => settle(client, visitId, key, DEADLINE_MS));
  }

  /** One call, whose answer may be PENDING. */
  settleOnce(visitId: string, key: string, deadlineMs: number): Promise<SettleResponse> {
    return settle(this.next().client, visitId, key, deadlineMs);
  }

  refund(settlementId: string, key: string = randomUUID()): Promise<RefundResponse> {
    return this.untilFinal((client) =>
      unary(
        client,
        client.refund,
        { idempotencyKey: key, settlementId, reason: 'test' },
        { deadlineMs: DEADLINE_MS },
      ),
    );
  }

  reverse(
    originalKey: string,
    key: string = randomUUID(),
    call: Call = Call.SETTLE,
  ): Promise<ReverseResponse> {
    return this.untilFinal((client) => reverse(client, originalKey, key, call, DEADLINE_MS));
  }

  /** One call, whose answer may be PENDING. */
  reverseOnce(originalKey: string, key: string, deadlineMs: number): Promise<ReverseResponse> {
    return reverse(this.next().client, originalKey, key, Call.SETTLE, deadlineMs);
  }

  /** Repeats the very same call until its outcome is final. */
  private async untilFinal<Answer extends { outcome?: Outcome | undefined }>(
    call: (client: TreatmentServiceClient) => Promise<Answer>,
  ): Promise<Answer> {
    return this.insist(async (client) => {
      const answer = await call(client);
      if (answer.outcome?.state === OutcomeState.PENDING) throw new Error('pending');
      return answer;
    });
  }

  /** The sites in turn; one that didn't answer is left alone for a moment, unless all are. */
  private next() {
    const now = Date.now();
    const awake = this.sites.filter((site) => site.restsUntil <= now);
    const choice = awake.length > 0 ? awake : this.sites;
    this.turn += 1;
    return choice[this.turn % choice.length] as (typeof this.sites)[number];
  }

  private async insist<Answer>(call: (client: TreatmentServiceClient) => Promise<Answer>): Promise<Answer> {
    const until = Date.now() + 90_000;
    for (;;) {
      const site = this.next();
      try {
        return await call(site.client);
      } catch (error) {
        if (isSilence(error)) site.restsUntil = Date.now() + REST_MS;
        const setback = setbackOf(error as Error);
        this.setbacks.set(setback, (this.setbacks.get(setback) ?? 0) + 1);
        if (Date.now() > until) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50 + 100 * Math.random()));
      }
    }
  }
}

function settle(client: TreatmentServiceClient, visitId: string, key: string, deadlineMs: number) {
  return unary(
    client,
    client.settle,
    {
      idempotencyKey: key,
      visitId,
      totalFen: BILL_TOTAL_FEN,
      useAccount: true,
      quoteHash: Buffer.alloc(0),
      lines: LINES,
      dischargeDate: DAY,
      dischargeDiagnosisCode: 'C50.900',
      paidInFull: false,
      interim: false,
    },
    { deadlineMs },
  );
}

function reverse(
  client: TreatmentServiceClient,
  originalKey: string,
  key: string,
  call: Call,
  deadlineMs: number,
) {
  return unary(client, client.reverse, { idempotencyKey: key, call, originalKey }, { deadlineMs });
}

function isSilence(error: unknown): boolean {
  return (
    error instanceof CallFailed &&
    (error.status === status.DEADLINE_EXCEEDED || error.status === status.UNAVAILABLE)
  );
}

function setbackOf(error: Error): string {
  if (!(error instanceof CallFailed)) return error.message;
  return error.failure?.code ?? `status ${error.status}`;
}
