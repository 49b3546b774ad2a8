/** What statistics can be told apart by. */
export const STATISTIC_GROUPINGS = [
  'month',
  'home_pool',
  'treatment_pool',
  'scheme',
  'person_class',
  'visit_kind',
  'hospital_level',
] as const;
export type StatisticGrouping = (typeof STATISTIC_GROUPINGS)[number];

/** What is counted; undefined doesn't narrow anything. */
export interface StatisticFilter {
  /** YYYYMM, both included. */
  readonly fromMonth: number;
  readonly untilMonth: number;
  readonly homePool?: string | undefined;
  /** A pool, or the first two digits of a province with a `%`. */
  readonly treatmentPool?: string | undefined;
  readonly scheme?: string | undefined;
  readonly personClass?: string | undefined;
  readonly visitKind?: string | undefined;
  readonly hospitalLevel?: string | undefined;
}

/** The pattern of a treatment region: a province ("410000") means its pools, a municipality is both. */
export function treatmentPattern(code: string): string {
  return code.endsWith('0000') ? `${code.slice(0, 2)}%` : code;
}
