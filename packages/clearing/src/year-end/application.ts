import { type Refusal, refuse } from '@yijie/errors';
import { type Fen, fen } from '@yijie/money';
import type { YearTotals } from './year-totals.ts';

/** What the year's results of the treatment site change in what was cleared month by month. */
export interface YearEndChanges {
  /** 年终审核扣款, ≥ 0. */
  readonly yearDeductFen: Fen;
  /** 按病种付费差额, ±. */
  readonly caseAdjustFen: Fen;
  /** 预留返还, ±. */
  readonly withheldReleaseFen: Fen;
  /** 其他调整, ±: rows that no monthly run could take, listed in the note. */
  readonly otherAdjustFen: Fen;
  readonly otherNote: string;
  readonly evidenceNo: string;
}

export const YEAR_END_STATES = ['APPLIED', 'RETURNED', 'CONFIRMED'] as const;
export type YearEndState = (typeof YEAR_END_STATES)[number];

/** One row of attachment 15: what a treatment region applies for from one counterpart, per scheme. */
export interface YearEndApplication {
  readonly year: number;
  readonly totals: YearTotals;
  readonly changes: YearEndChanges;
  readonly state: YearEndState;
  /** What the home region confirmed; may be less than applied for. */
  readonly homeFen?: Fen | undefined;
  /** Of RETURNED. */
  readonly reason?: string | undefined;
}

/** 月度已清算 */
export function monthlyNet({ totals }: YearEndApplication): Fen {
  return fen(totals.clearingFen - totals.deductedFen);
}

/** 年终核定额 as applied for. */
export function finalAmount(application: YearEndApplication): Fen {
  const { yearDeductFen, caseAdjustFen, withheldReleaseFen, otherAdjustFen } = application.changes;
  return fen(monthlyNet(application) - yearDeductFen + caseAdjustFen + withheldReleaseFen + otherAdjustFen);
}

/** What counts: the home region's amount, else the one applied for. */
export function settledAmount(application: YearEndApplication): Fen {
  return application.homeFen ?? finalAmount(application);
}

/** 年终应补(退): > 0 the payer pays, < 0 the payee returns. */
export function yearEndAdjust(application: YearEndApplication): Fen {
  return fen(settledAmount(application) - monthlyNet(application));
}

type Reply<Code extends string> =
  | { readonly ok: true; readonly application: YearEndApplication }
  | Refusal<Code>;

/** The treatment region applies, or applies again after a return. */
export function applyForYearEnd(
  year: number,
  totals: YearTotals,
  changes: YearEndChanges,
  previous: YearEndState | undefined,
): Reply<'CLR-YE-STATE' | 'CLR-YE-EVIDENCE' | 'CLR-YE-AMOUNT'> {
  if (previous !== undefined && previous !== 'RETURNED') {
    return refuse('CLR-YE-STATE', { state: previous, event: 'apply' });
  }
  const application: YearEndApplication = { year, totals, changes, state: 'APPLIED' };
  const { yearDeductFen, caseAdjustFen, withheldReleaseFen, otherAdjustFen, otherNote, evidenceNo } = changes;
  if (yearDeductFen < 0) return refuse('CLR-YE-AMOUNT', amountsOf(application, finalAmount(application)));
  const changesAnything = [yearDeductFen, caseAdjustFen, withheldReleaseFen, otherAdjustFen].some(
    (one) => one !== 0,
  );
  if (changesAnything && evidenceNo.trim() === '') return refuse('CLR-YE-EVIDENCE');
  if (otherAdjustFen !== 0 && otherNote.trim() === '') return refuse('CLR-YE-EVIDENCE');
  return { ok: true, application };
}

export type YearEndOpinion =
  | { readonly opinion: 'CONFIRM' /** When lower than applied for. */; readonly homeFen?: Fen | undefined }
  | { readonly opinion: 'RETURN'; readonly reason: string };

/** The home region confirms, perhaps a lower amount, or returns with a reason. */
export function opineOnYearEnd(
  application: YearEndApplication,
  given: YearEndOpinion,
): Reply<'CLR-YE-STATE' | 'CLR-YE-AMOUNT' | 'CLR-REASON'> {
  if (application.state !== 'APPLIED') {
    return refuse('CLR-YE-STATE', { state: application.state, event: given.opinion.toLowerCase() });
  }
  if (given.opinion === 'RETURN') {
    if (given.reason.trim() === '') return refuse('CLR-REASON');
    return { ok: true, application: { ...application, state: 'RETURNED', reason: given.reason } };
  }
  const final = finalAmount(application);
  const homeFen = given.homeFen ?? final;
  if (homeFen > final) return refuse('CLR-YE-AMOUNT', amountsOf(application, homeFen));
  return { ok: true, application: { ...application, state: 'CONFIRMED', homeFen } };
}

function amountsOf(application: YearEndApplication, homeFen: Fen): Record<string, string> {
  return { finalFen: `${finalAmount(application)}`, homeFen: `${homeFen}` };
}
