import { addWorkingDays, type LocalDate } from '@yijie/calendar';
import { type Refusal, refuse } from '@yijie/errors';
import { type Fen, fen } from '@yijie/money';
import type { Overdue } from '../notices/overdue.ts';
import type { ClearingParameters } from '../parameters.ts';
import type { PartyCode } from '../party.ts';
import { scaleHalfUp } from './scale-half-up.ts';
import type { Usage } from './usage.ts';

/** What a payer may be asked for: max(0, factor × clear_net(a→b) − closing(a→b)). Offered only while the payee is RED. */
export function urgentOffer(
  clearNetFen: Fen,
  closingFen: Fen,
  { quotaFactorPercent }: Pick<ClearingParameters, 'quotaFactorPercent'>,
): Fen {
  return fen(Math.max(0, scaleHalfUp(clearNetFen, quotaFactorPercent, 100) - closingFen));
}

export interface UrgentRequest {
  readonly payer: PartyCode;
  readonly amountFen: Fen;
  readonly clearNetFen: Fen;
  readonly closingFen: Fen;
  readonly usage: Usage;
  /** When the treatment region signed the period. */
  readonly signedOn: LocalDate;
  readonly today: LocalDate;
  /** The payer's longest overdue payment. */
  readonly payerOverdue: Overdue;
}

/** An application for an urgent increase, or why it can't be. The treatment side may ask for less than is offered. */
export function requestUrgent(
  request: UrgentRequest,
  parameters: Pick<ClearingParameters, 'quotaFactorPercent' | 'urgentWorkingDays'>,
):
  | { readonly ok: true; readonly offeredFen: Fen }
  | Refusal<'CLR-ADV-LEVEL' | 'CLR-ADV-LATE' | 'CLR-ADV-BLOCKED' | 'CLR-ADV-OVER' | 'CAL-YEAR'> {
  const { payer, amountFen, usage, payerOverdue } = request;
  if (usage.level !== 'RED') return refuse('CLR-ADV-LEVEL', { usage: usage.level });
  const last = addWorkingDays(request.signedOn, parameters.urgentWorkingDays);
  if (!last.ok) return last;
  if (request.today > last.date) return refuse('CLR-ADV-LATE', { date: last.date });
  if (payerOverdue.level === 'PUBLISH') {
    return refuse('CLR-ADV-BLOCKED', { party: payer, days: `${payerOverdue.days}` });
  }
  const offeredFen = urgentOffer(request.clearNetFen, request.closingFen, parameters);
  if (amountFen <= 0 || amountFen > offeredFen) {
    return refuse('CLR-ADV-OVER', { offeredFen: `${offeredFen}`, amountFen: `${amountFen}` });
  }
  return { ok: true, offeredFen };
}
