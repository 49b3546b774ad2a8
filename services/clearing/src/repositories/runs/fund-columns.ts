import { FUND_NAMES, type FundAmounts, type FundName, fundAmounts } from '@yijie/clearing';

/** A fund's column in every table of this service: `poolFundFen` is `pool_fund_fen`. */
export function fundColumn(name: FundName): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The nine columns, in the order of FUND_NAMES, each preceded by `prefix` (a table's alias with its dot). */
export function fundColumnList(prefix = ''): string {
  return FUND_NAMES.map((name) => `${prefix}${fundColumn(name)}`).join(', ');
}

/** The sum of the nine columns of one row. */
export function fundSum(prefix = ''): string {
  return FUND_NAMES.map((name) => `${prefix}${fundColumn(name)}`).join(' + ');
}

/** Funds of a row that has them under their column names. */
export function fundsFromRow(row: object): FundAmounts {
  const columns = row as Readonly<Record<string, number>>;
  return fundAmounts((name) => columns[fundColumn(name)] ?? 0);
}

export const FUND_COLUMN_LIST = fundColumnList();
/** The nine columns of `d`, each negated. */
export const NEGATED_FUNDS = FUND_NAMES.map((name) => `-d.${fundColumn(name)}`).join(', ');
