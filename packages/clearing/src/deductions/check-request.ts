import type { LocalDate } from '@yijie/calendar';
import type { VisitKind } from '@yijie/codes';
import { type Refusal, refuse } from '@yijie/errors';
import type { Fen } from '@yijie/money';
import type { ClearingParameters } from '../parameters.ts';
import { ownersOf } from '../party.ts';
import { dayOfPeriod, nextPeriod, periodOfDate } from '../period.ts';

/** The stay that the home region asks the treatment side to look at (费用协查). */
export interface CheckedStay {
  readonly visitKind: VisitKind;
  readonly homePool: string;
  readonly treatmentPool: string;
  readonly totalFen: Fen;
}

/** Only of a single cross-province stay above the threshold; answered by day 26 of the next month. */
export function openCheckRequest(
  stay: CheckedStay,
  askedOn: LocalDate,
  parameters: Pick<ClearingParameters, 'checkRequestMinFen' | 'checkRequestAnswerDay'>,
): { readonly ok: true; readonly answerBy: LocalDate } | Refusal<'CLR-COST-KIND' | 'CLR-COST-MIN'> {
  const { checkRequestMinFen, checkRequestAnswerDay } = parameters;
  if (stay.visitKind !== 'inpatient' || ownersOf(stay).length === 1) return refuse('CLR-COST-KIND');
  if (stay.totalFen <= checkRequestMinFen) {
    return refuse('CLR-COST-MIN', { totalFen: `${stay.totalFen}`, minFen: `${checkRequestMinFen}` });
  }
  return { ok: true, answerBy: dayOfPeriod(nextPeriod(periodOfDate(askedOn)), checkRequestAnswerDay) };
}

export type CheckRequestState = 'ASKED' | 'NO_FINDING' | 'DEDUCTED';

/** The one answer: nothing found, or a deduction (stage B, source CHECK_REQ). Late answers count as late, and are taken. */
export function answerCheckRequest(
  state: CheckRequestState,
  answer: { readonly found: boolean; readonly answeredOn: LocalDate; readonly answerBy: LocalDate },
):
  | { readonly ok: true; readonly state: CheckRequestState; readonly inTime: boolean }
  | Refusal<'CLR-COST-STATE'> {
  if (state !== 'ASKED') return refuse('CLR-COST-STATE', { state });
  return {
    ok: true,
    state: answer.found ? 'DEDUCTED' : 'NO_FINDING',
    inTime: answer.answeredOn <= answer.answerBy,
  };
}
