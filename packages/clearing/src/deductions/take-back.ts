import type { Instant } from '@yijie/calendar';
import { negateFunds } from '../funds.ts';
import type { Period } from '../period.ts';
import type { Deduction } from './deduction.ts';

/** The refund of a deducted settlement. */
export interface RefundOfDeducted {
  readonly settledAt: Instant;
  readonly settledPeriod: Period;
  /** The run that the refund is in. */
  readonly period: Period;
}

/**
 * The negative rows that a refund brings into its run: every deduction of the settlement that isn't taken back yet, whatever period
 * booked it, of the same funds. Of a deduction of the same run stage and original period are kept; of an earlier one it is stage B,
 * original period = the period that booked it. Its year is the refund's (clearing-and-filing §4.5, §4.9).
 */
export function takeBackDeductions(
  { settledAt, settledPeriod, period }: RefundOfDeducted,
  booked: readonly Deduction[],
): readonly Deduction[] {
  const takenBack = new Set(booked.map(({ takesBack }) => takesBack));
  return booked
    .filter(({ deductId, takesBack }) => takesBack === undefined && !takenBack.has(deductId))
    .map((deduction) => ({
      ...deduction,
      deductId: `${deduction.deductId}-R`,
      takesBack: deduction.deductId,
      settledAt,
      settledPeriod,
      funds: negateFunds(deduction.funds),
      stage: deduction.period === period ? deduction.stage : 'B',
      origPeriod: deduction.period === period ? deduction.origPeriod : deduction.period,
      period,
    }));
}
