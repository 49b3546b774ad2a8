import type { LocalDate } from '@yijie/calendar';
import { type Refusal, refuse } from '@yijie/errors';
import type { Queryable } from '@yijie/postgres';
import { idToText } from '@yijie/runtime';
import {
  type Correction,
  isCorrectionBankReference,
  lockCorrection,
  payCorrectionRow,
} from '../../repositories/claims/correction-rows.ts';
import type { BureauActor } from './propose-correction.ts';

export interface BankPayment {
  readonly bankReference: string;
  readonly paidOn: LocalDate;
}

/** Records that the net difference was paid to the person, or came back. */
export async function payCorrection(
  tx: Queryable,
  id: Uint8Array,
  payment: BankPayment,
  actor: BureauActor,
  nowMs: number,
): Promise<{ readonly ok: true; readonly correction: Correction } | Refusal> {
  const found = await lockCorrection(tx, id, actor.pool);
  if (found === undefined) return refuse('COR-NOTFOUND', { correctionId: idToText(id) });
  if (found.state !== 'APPROVED') return refuse('COR-STATE', { state: found.state });
  if (found.decidedBy === actor.name) return refuse('COR-SAME');
  if (await isCorrectionBankReference(tx, found.homePool, payment.bankReference)) return refuse('COR-BANK');
  const correction = await payCorrectionRow(tx, id, {
    by: actor.name,
    atMs: nowMs,
    on: payment.paidOn,
    bankReference: payment.bankReference,
  });
  return { ok: true, correction };
}
