import type { LocalDate } from '@yijie/calendar';
import type { FeeCategoryCode } from '@yijie/codes';
import type { Fen } from '@yijie/money';

/** A charge line as the wire gives it. Amounts and prices as in proto/yijie/treatment/v1 (ChargeLine). */
export interface BillLine {
  readonly lineNumber: number;
  /** The hospital's own item code. */
  readonly itemCode: string;
  readonly quantityE4: number;
  readonly unitPriceE4: number;
  readonly amountFen: number;
  /** YYYYMMDD */
  readonly serviceDate: number;
}

/** The first day and the last day on which a line may be dated (both included, as a stay is). */
export interface StayDates {
  readonly admissionDate: LocalDate;
  readonly lastDate: LocalDate;
}

/** One national category with its four parts; total = the sum of the other four. */
export interface CategoryParts {
  readonly code: FeeCategoryCode;
  readonly totalFen: Fen;
  readonly selfPaidFen: Fen;
  readonly overLimitFen: Fen;
  readonly prepaySelfFen: Fen;
  readonly inScopeFen: Fen;
}

/** Item group with a ratio of its own at home ("TCM"), or "" for all others. */
export interface GroupParts {
  readonly group: string;
  readonly totalFen: Fen;
  readonly selfPaidFen: Fen;
  readonly overLimitFen: Fen;
  readonly prepaySelfFen: Fen;
  readonly inScopeFen: Fen;
}

/** What a bill becomes: only categories and groups that occur, in order of code. */
export interface ConvertedBill {
  readonly totalFen: Fen;
  readonly lineCount: number;
  readonly categories: readonly CategoryParts[];
  readonly groups: readonly GroupParts[];
}
