import { refuse } from '@yijie/errors';
import { type Fen, ZERO_FEN } from '@yijie/money';
import type { Queryable } from '@yijie/postgres';
import { confirmApplication, refusePayment } from '../../core/hospital-application.ts';
import {
  decideApplicationRow,
  deductedFen,
  payApplicationRow,
} from '../../repositories/hospital/hospital-applications.ts';
import { type ApplicationCall, type Applied, held, stored } from './apply-for-month.ts';

export type ApplicationVerdict =
  | { readonly confirm: true; readonly withheldFen: Fen }
  | { readonly confirm: false; readonly reason: string };

/** The treatment agency confirms an application with the deductions of its month, or returns it with a reason. */
export async function decideApplication(
  tx: Queryable,
  verdict: ApplicationVerdict,
  call: ApplicationCall,
): Promise<Applied> {
  const { institutionCode, period, by, nowMs } = call;
  const application = await held(tx, call);
  if (application === undefined) return refuse('HAP-NONE', { period: `${period}` });
  if (!verdict.confirm) {
    if (application.state !== 'APPLIED') return refuse('HAP-STATE', { state: application.state });
    const { reason } = verdict;
    const nothing = { deductFen: ZERO_FEN, withheldFen: ZERO_FEN };
    await decideApplicationRow(tx, application, {
      state: 'RETURNED',
      reason,
      ...nothing,
      by: by.actor,
      nowMs,
    });
    return stored(tx, 'hospital.return-application', call);
  }
  const deducted = await deductedFen(tx, institutionCode, period);
  const confirmed = confirmApplication(application, deducted, verdict.withheldFen);
  if (!confirmed.ok) return confirmed;
  const { deductFen, withheldFen } = confirmed;
  await decideApplicationRow(tx, application, {
    state: 'CONFIRMED',
    reason: '',
    deductFen,
    withheldFen,
    by: by.actor,
    nowMs,
  });
  return stored(tx, 'hospital.confirm-application', call);
}

/** The agency's finance has paid the hospital; not the person who confirmed. */
export async function recordHospitalPayment(
  tx: Queryable,
  payment: { readonly bankSerial: string; readonly amountFen: Fen },
  call: ApplicationCall,
): Promise<Applied> {
  const { period, by, nowMs } = call;
  const application = await held(tx, call);
  if (application === undefined) return refuse('HAP-NONE', { period: `${period}` });
  const refusal = refusePayment(application, payment.amountFen, by.actor);
  if (refusal !== undefined) return refusal;
  await payApplicationRow(tx, application, { bankSerial: payment.bankSerial, by: by.actor, nowMs });
  return stored(tx, 'hospital.pay', call);
}
