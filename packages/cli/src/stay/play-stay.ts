import { randomUUID } from 'node:crypto';
import { localDateToNumber } from '@yijie/calendar';
import { type Outcome, OutcomeState, VisitKind } from '@yijie/contracts/common';
import {
  Credential_Type,
  type GetSlipResponse,
  type PreSettleResponse,
  type Settlement,
  type TreatmentServiceClient,
} from '@yijie/contracts/treatment';
import { fen, formatYuan } from '@yijie/money';
import { readBill } from '@yijie/reference-data';
import { unary } from '../client/unary.ts';
import type { Patient, StayPlan } from './stay-plan.ts';

export interface PlayedStay {
  readonly visitId: string;
  readonly first: Settlement;
  readonly slip: GetSlipResponse;
  readonly refund: Settlement;
  readonly second: Settlement;
}

/** Told about each step as it ends. */
export type OnStep = (step: {
  readonly name: string;
  readonly zh: string;
  readonly result: string;
  readonly ms: number;
}) => void;

const DEADLINE_MS = 25_000;

/** Plays a whole stay as a hospital's system would: from the credential to the re-settlement. */
export async function playStay(
  hospital: TreatmentServiceClient,
  plan: StayPlan,
  patient: Patient,
  options: { readonly onStep: OnStep; readonly withExplanation: boolean },
): Promise<PlayedStay> {
  const { onStep } = options;
  const day = localDateToNumber(plan.day);
  const lines = readBill(plan.bill, plan.institutionCode, plan.day);
  const totalFen = lines.reduce((sum, line) => sum + line.amountFen, 0);

  const person = await timed(onStep, 'VerifyPerson', '身份核验', async () => {
    const answer = await call(hospital.verifyPerson, {
      credential: {
        type: Credential_Type.ID_CARD,
        token: '',
        certificateNumber: patient.certificateNumber,
        name: patient.name,
      },
      homePool: plan.homePool,
    });
    return [answer, `${answer.maskedName}, ${answer.homePool}`];
  });

  const terms = {
    kind: VisitKind.INPATIENT,
    admissionDate: day,
    emergency: false,
    injury: false,
    thirdPartyLiable: false,
    injuryStatementSigned: false,
    chronicDiseaseCode: '',
    diagnosisCode: plan.diagnosisCode,
  };
  await timed(onStep, 'CheckBenefit', '备案与待遇检查', async () => {
    const answer = await call(hospital.checkBenefit, {
      personToken: person.personToken,
      homePool: plan.homePool,
      terms,
    });
    if (answer.failure)
      throw new Error(`the visit can't be settled: ${answer.failure.code} ${answer.failure.messageEn}`);
    return [answer, answer.code];
  });

  const admission = await timed(onStep, 'Admit', '入院登记', async () => {
    const answer = await call(hospital.admit, {
      idempotencyKey: randomUUID(),
      personToken: person.personToken,
      homePool: plan.homePool,
      terms,
      localAdmissionNumber: `ZY${day}-${randomUUID().slice(0, 8)}`,
      department: plan.department,
      bedNumber: '',
      personOnSlip: { ...patient },
    });
    return [done(answer), answer.visitId];
  });
  const visitId = admission.visitId;

  await timed(onStep, 'UploadCharges', '费用明细上传', async () => {
    const answer = await call(hospital.uploadCharges, {
      idempotencyKey: randomUUID(),
      visitId,
      lines: lines.map((line) => ({
        ...line,
        unit: '',
        prescriberCode: '',
        outsideInstitutionCode: '',
      })),
    });
    return [done(answer), `${answer.visitLines} lines, ${yuan(answer.visitTotalFen)}`];
  });

  await timed(onStep, 'Discharge', '出院登记', async () => {
    const answer = await call(hospital.discharge, {
      idempotencyKey: randomUUID(),
      visitId,
      dischargeDate: day,
      dischargeDiagnosisCode: plan.diagnosisCode,
      lineCount: lines.length,
      totalFen,
    });
    return [done(answer), plan.day];
  });

  const firstQuote = await preSettle('PreSettle', '预结算');
  const first = await settle('Settle', '结算', firstQuote);
  const slip = await timed(onStep, 'GetSlip', '结算单', async () => {
    const answer = await call(hospital.getSlip, {
      settlementId: first.settlementId,
      withExplanation: options.withExplanation,
      remarks: [
        `本单费用取自 ${plan.printedDay} 的真实账单，住院日期已移至 ${plan.day}（目录与政策包适用的日期）。`,
      ],
    });
    return [answer, `${answer.text.split('\n').length} lines`];
  });
  const refund = await timed(onStep, 'Refund', '结算撤销', async () => {
    const answer = await call(hospital.refund, {
      idempotencyKey: randomUUID(),
      settlementId: first.settlementId,
      reason: 'demonstration',
    });
    const settlement = present(done(answer).settlement);
    return [settlement, `${yuan(settlement.totalFen)}, undoes ${settlement.refundedSettlementId}`];
  });
  const second = await settle('Settle', '重新结算', await preSettle('PreSettle', '再次预结算'));
  return { visitId, first, slip, refund, second };

  function preSettle(name: string, zh: string): Promise<PreSettleResponse> {
    return timed(onStep, name, zh, async () => {
      const answer = await call(hospital.preSettle, { visitId, totalFen, useAccount: true });
      if (answer.failure) throw new Error(`no quote: ${answer.failure.code} ${answer.failure.messageEn}`);
      return [answer, paidBy(present(answer.quote))];
    });
  }

  function settle(name: string, zh: string, quote: PreSettleResponse): Promise<Settlement> {
    return timed(onStep, name, zh, async () => {
      const answer = await call(hospital.settle, {
        idempotencyKey: randomUUID(),
        visitId,
        totalFen,
        useAccount: true,
        quoteHash: quote.quoteHash,
        lines: [],
        dischargeDate: 0,
        dischargeDiagnosisCode: '',
        paidInFull: false,
        interim: false,
      });
      const settlement = present(done(answer).settlement);
      return [settlement, `${paidBy(settlement)}, ${settlement.settlementId}`];
    });
  }

  function call<Request, Response>(
    method: Parameters<typeof unary<Request, Response>>[1],
    request: Request,
  ): Promise<Response> {
    return unary(hospital, method, request, { deadlineMs: DEADLINE_MS });
  }
}

async function timed<Result>(
  onStep: OnStep,
  name: string,
  zh: string,
  work: () => Promise<[Result, string]>,
): Promise<Result> {
  const began = performance.now();
  const [answer, result] = await work();
  onStep({ name, zh, result, ms: Math.round(performance.now() - began) });
  return answer;
}

function done<Answer extends { outcome?: Outcome | undefined }>(answer: Answer): Answer {
  const { outcome } = answer;
  if (outcome?.state === OutcomeState.SETTLED) return answer;
  if (outcome?.state === OutcomeState.PENDING) {
    throw new Error(
      `the outcome isn't known yet (message ${outcome.messageId}); ask again with the same key`,
    );
  }
  const failure = outcome?.failure;
  throw new Error(
    `refused: ${failure?.code ?? 'no code'} ${failure?.messageEn ?? ''} ${failure?.remedyEn ?? ''}`,
  );
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the answer lacks what it promises');
  return value;
}

function paidBy(settlement: Settlement): string {
  const cash = settlement.shares?.personalCashFen ?? 0;
  return `total ${yuan(settlement.totalFen)}, patient pays ${yuan(cash)}`;
}

function yuan(amountFen: number): string {
  return `${formatYuan(fen(amountFen), { grouped: true })} 元`;
}
