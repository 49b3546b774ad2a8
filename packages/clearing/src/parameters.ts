import type { LocalDate } from '@yijie/calendar';
import { type BasisPoints, basisPoints, type Fen, fen } from '@yijie/money';
import { defaultFundColumns, type FundColumns } from './funds.ts';
import type { NettingMode } from './netting/transfer.ts';

/** Days of the month after the period are calendar days and don't roll; money steps count working days (§4.3). */
export interface ClearingCalendar {
  /** All of the month reconciled: day 3. */
  readonly dayMatch: number;
  /** Hospital confirmation finished, rows and deductions in: day 20. */
  readonly dayConfirm: number;
  /** Tables generated: day 21. */
  readonly dayGenerate: number;
  /** Signed or returned: day 25. */
  readonly daySign: number;
  /** Working days from the notice to finance: 5. */
  readonly wdSubmit: number;
  /** Working days from there to the transfer: 10. */
  readonly wdPay: number;
  /** Working days from there to the bank facts: 5. */
  readonly wdFeedback: number;
  /** Working days for a province to collect from its pools: 3. */
  readonly wdCollect: number;
}

/** Where amounts of a quota come from: those cleared in the months, or those settled in them. */
export type QuotaAmount = 'CLEARED' | 'SETTLED';

/** Everything of clearing-and-filing §7.1 that clearing reads, for one level and region from a day on. */
export interface ClearingParameters {
  readonly calendar: ClearingCalendar;
  readonly fundColumns: FundColumns;
  readonly maxLateMonths: number;
  readonly nettingMode: NettingMode;
  readonly splitByScheme: boolean;
  readonly autoSign: boolean;
  readonly objectionWorkingDays: number;
  readonly checkRequestMinFen: Fen;
  /** Day of the next month by which a check request is answered. */
  readonly checkRequestAnswerDay: number;
  /** A multiplier in hundredths: 200 is 2.00 (`quota_factor`). */
  readonly quotaFactorPercent: number;
  readonly quotaBasis: 'Q4_AVG' | 'LAST_YEAR_6M';
  readonly quotaAmount: QuotaAmount;
  readonly warnYellow: BasisPoints;
  readonly warnRed: BasisPoints;
  /** Working days after signing in which an urgent increase may be applied for: 3. */
  readonly urgentWorkingDays: number;
  /** Overdue working days from which the superior is warned, and from which it is published. */
  readonly overdueWarnFrom: number;
  readonly overduePublishFrom: number;
}

export const defaultParameters: ClearingParameters = {
  calendar: {
    dayMatch: 3,
    dayConfirm: 20,
    dayGenerate: 21,
    daySign: 25,
    wdSubmit: 5,
    wdPay: 10,
    wdFeedback: 5,
    wdCollect: 3,
  },
  fundColumns: defaultFundColumns,
  maxLateMonths: 2,
  nettingMode: 'GROSS',
  splitByScheme: false,
  autoSign: false,
  objectionWorkingDays: 5,
  checkRequestMinFen: fen(3_000_000),
  checkRequestAnswerDay: 26,
  quotaFactorPercent: 200,
  quotaBasis: 'Q4_AVG',
  quotaAmount: 'CLEARED',
  warnYellow: basisPoints(7_000),
  warnRed: basisPoints(9_000),
  urgentWorkingDays: 3,
  overdueWarnFrom: 6,
  overduePublishFrom: 16,
};

/** Parameters in force from a day on; the last version that has begun counts. */
export interface ParameterVersion {
  readonly from: LocalDate;
  /** What differs from the defaults. */
  readonly changes: Partial<Omit<ClearingParameters, 'calendar'>> & {
    readonly calendar?: Partial<ClearingCalendar>;
  };
}

/** The parameters on a day: the defaults and every version begun by then, in order. */
export function parametersOn(
  day: LocalDate,
  versions: readonly ParameterVersion[],
  base: ClearingParameters = defaultParameters,
): ClearingParameters {
  let current = base;
  for (const { from, changes } of versions.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    if (from > day) break;
    current = { ...current, ...changes, calendar: { ...current.calendar, ...changes.calendar } };
  }
  return current;
}
