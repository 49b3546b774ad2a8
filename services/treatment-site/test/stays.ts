import { OutcomeState } from '@yijie/contracts/common';
import type { AdmitRequest, SettleResponse, TreatmentServiceClient } from '@yijie/contracts/treatment';
import { admission, bill, call, settleRequest, totalOf, unique } from './requests.ts';
import type { ScriptedHome } from './scripted-home.ts';

/** Persons whose commands the scripted home region never answers. */
export const SILENT = 'silent';

export function stayingSilent(home: ScriptedHome): ScriptedHome['onCommand'] {
  return (command) => (command.personToken.startsWith(SILENT) ? undefined : home.settleOrRefund(command));
}

export interface Stay {
  readonly visitId: string;
  readonly totalFen: number;
  readonly personToken: string;
}

export async function admitted(
  client: TreatmentServiceClient,
  changes: Partial<AdmitRequest> = {},
): Promise<Stay> {
  const request = admission(changes);
  const { visitId, outcome } = await call(client, 'admit', request);
  if (outcome?.state !== OutcomeState.SETTLED) throw new Error(`not admitted: ${outcome?.failure?.code}`);
  return { visitId, totalFen: 0, personToken: request.personToken };
}

export async function charged(
  client: TreatmentServiceClient,
  lines = bill(5),
  changes: Partial<AdmitRequest> = {},
): Promise<Stay> {
  const stay = await admitted(client, changes);
  const { outcome } = await call(client, 'uploadCharges', {
    idempotencyKey: unique('upload'),
    visitId: stay.visitId,
    lines,
  });
  if (outcome?.state !== OutcomeState.SETTLED) throw new Error(`not charged: ${outcome?.failure?.code}`);
  return { ...stay, totalFen: totalOf(lines) };
}

export async function discharged(
  client: TreatmentServiceClient,
  lines = bill(5),
  changes: Partial<AdmitRequest> = {},
): Promise<Stay> {
  const stay = await charged(client, lines, changes);
  const { outcome } = await call(client, 'discharge', {
    idempotencyKey: unique('discharge'),
    visitId: stay.visitId,
    dischargeDate: 20250610,
    dischargeDiagnosisCode: 'C34.9',
    lineCount: lines.length,
    totalFen: stay.totalFen,
  });
  if (outcome?.state !== OutcomeState.SETTLED) throw new Error(`not discharged: ${outcome?.failure?.code}`);
  return stay;
}

export async function settle(
  client: TreatmentServiceClient,
  stay: Stay,
  options: { key?: string; deadlineMs?: number } = {},
): Promise<SettleResponse> {
  const { visitId, totalFen } = stay;
  return call(
    client,
    'settle',
    settleRequest({ visitId, totalFen, idempotencyKey: options.key ?? unique('settle') }),
    options.deadlineMs,
  );
}

export async function settledStay(
  client: TreatmentServiceClient,
  changes: Partial<AdmitRequest> = {},
): Promise<Stay & { readonly settlementId: string }> {
  const stay = await discharged(client, bill(5), changes);
  const { outcome, settlement } = await settle(client, stay);
  if (settlement === undefined) throw new Error(`not settled: ${outcome?.failure?.code}`);
  return { ...stay, settlementId: settlement.settlementId };
}
