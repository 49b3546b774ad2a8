import { type Refusal, refuse } from '@yijie/errors';
import { FUND_COLUMNS, FUND_NAMES, type FundAmounts, sumFunds } from '../funds.ts';
import type { DeductionStage } from './deduction.ts';

/** What a deduction depends on. */
export interface DeductibleSettlement {
  /** What the settlement claims of each fund. */
  readonly clearing: FundAmounts;
  /** Σ of its deductions so far, in all periods. */
  readonly deducted: FundAmounts;
  /** Its refund, when there is one: the refund takes everything back. */
  readonly refundId?: string | undefined;
  /** Whether the run of its own row is confirmed (then nothing changes in it). */
  readonly isCleared: boolean;
  /** The year of its settlement month, and whether that year is finally closed: then no run takes a deduction of it (§4.9). */
  readonly year: number;
  readonly isYearClosed: boolean;
}

/**
 * Whether so much may be deducted, and in which stage: A while the settlement's own run is still open, B afterwards. Per fund
 * the sum over all periods never exceeds the claim (clearing-and-filing §4.5, R20).
 */
export function decideDeduction(
  funds: FundAmounts,
  settlement: DeductibleSettlement,
):
  | { readonly ok: true; readonly stage: DeductionStage }
  | Refusal<'CLR-DED-NONE' | 'CLR-DED-REFUNDED' | 'CLR-YE-CLOSED' | 'CLR-DED-BOUND'> {
  if (sumFunds(funds) <= 0 || FUND_NAMES.some((name) => funds[name] < 0)) return refuse('CLR-DED-NONE');
  const { clearing, deducted, refundId, isCleared, year, isYearClosed } = settlement;
  if (refundId !== undefined) return refuse('CLR-DED-REFUNDED', { refundId });
  if (isYearClosed) return refuse('CLR-YE-CLOSED', { year: `${year}` });
  for (const name of FUND_NAMES) {
    const left = clearing[name] - deducted[name];
    if (funds[name] > left) {
      return refuse('CLR-DED-BOUND', {
        fund: FUND_COLUMNS[name].column,
        leftFen: `${left}`,
        amountFen: `${funds[name]}`,
      });
    }
  }
  return { ok: true, stage: isCleared ? 'B' : 'A' };
}
