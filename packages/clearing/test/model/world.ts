/** The words of the model test. Plain numbers and texts, so that neither side lends the other a rule. */
export const FUND_NAMES = [
  'poolFundFen',
  'largeAmountFen',
  'civilServantFen',
  'enterpriseSupplementFen',
  'seriousIllnessFen',
  'medicalAidFen',
  'otherFundFen',
  'ownAccountFen',
  'familyAccountFen',
] as const;
export const VISIT_KINDS = ['inpatient', 'outpatient', 'chronic', 'maternity'] as const;

export interface WorldRow {
  /** Index of the settlement that it refunds. */
  readonly original?: number;
  /** Months from the world's first; may be before it. */
  readonly settledAt: number;
  /** The month in which it is matched and confirmed. */
  readonly readyAt: number;
  /** Ready only after the owners that cut early have cut. */
  readonly tail: boolean;
  readonly home: string;
  readonly treatment: string;
  readonly scheme: 'employee' | 'resident';
  readonly kind: (typeof VISIT_KINDS)[number];
  readonly funds: readonly number[];
  readonly cash: number;
}

export interface WorldMonth {
  /** Run owners that cut before the tail of the month's rows. */
  readonly early: readonly string[];
  /** The year that is finally closed at the month's start; 0 for none. */
  readonly closesYear: number;
  readonly deductions: readonly { readonly row: number; readonly fund: number; readonly amount: number }[];
  /** Rows that are disputed and carried, when they are in the run. */
  readonly moves: readonly number[];
  readonly mode: 'GROSS' | 'HUB' | 'PAIR';
  readonly split: boolean;
  readonly unsigned: readonly string[];
  /** How much of the transfers is paid, in ten-thousandths, by the transfer's number. */
  readonly paid: readonly number[];
  /** The province whose run is compared as well. */
  readonly province: string;
}

export interface World {
  readonly seed: number;
  /** year × 12 + month − 1 */
  readonly firstMonth: number;
  readonly rows: readonly WorldRow[];
  readonly months: readonly WorldMonth[];
}

export interface Chance {
  readonly below: (limit: number) => number;
  readonly oneIn: (count: number) => boolean;
  readonly pick: <Item>(list: readonly Item[]) => Item;
}

/** What one run comes to, as both sides report it: by payer and payee, and what moves. */
export interface RunFigures {
  readonly owner: string;
  readonly period: number;
  readonly pairs: ReadonlyMap<string, PairFigures>;
  /** "payer payee employee resident", sorted. */
  readonly transfers: readonly string[];
  /** Cash of each party after the payments of the run. */
  readonly cash: ReadonlyMap<string, number>;
}

/** Columns in the order of `PAIR_COLUMNS`; then the nine funds and nine deductions of each scheme. */
export type PairFigures = readonly number[];

export const PAIR_COLUMNS = [
  'ip_times',
  'op_times',
  'ch_times',
  'ma_times',
  'psn_times',
  'medfee_amt',
  'ip_clr',
  'op_clr',
  'ch_clr',
  'ma_clr',
  'clr_amt',
  'emp_clr',
  'emp_deduct',
  'emp_amt',
  'res_clr',
  'res_deduct',
  'res_amt',
  'deduct_amt',
  'net_amt',
  'carry_in_times',
  'carry_in_amt',
] as const;
