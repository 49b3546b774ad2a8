import { addWorkingDays, type LocalDate } from '@yijie/calendar';
import { type Refusal, refuse } from '@yijie/errors';
import type { ClearingParameters } from '../parameters.ts';
import type { DeductionStage } from './deduction.ts';

/** A hospital objects within some working days of the audit notice (5 by default). */
export function raiseObjection(
  noticedOn: LocalDate,
  today: LocalDate,
  { objectionWorkingDays }: Pick<ClearingParameters, 'objectionWorkingDays'>,
): { readonly ok: true; readonly until: LocalDate } | Refusal<'CLR-OBJ-LATE' | 'CAL-YEAR'> {
  const last = addWorkingDays(noticedOn, objectionWorkingDays);
  if (!last.ok) return last;
  return today > last.date ? refuse('CLR-OBJ-LATE', { date: last.date }) : { ok: true, until: last.date };
}

/** What an undecided objection or dispute holds back at the cut: in stage A the whole row, in stage B the deduction alone. */
export function carriedByObjection(stage: DeductionStage): 'ROW' | 'DEDUCTION' {
  return stage === 'A' ? 'ROW' : 'DEDUCTION';
}
