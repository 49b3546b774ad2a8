import type { LocalDate } from './local-date.ts';

/** Half-open: `from` ≤ day < `until`. `until` undefined means without end. */
export interface DateRange {
  readonly from: LocalDate;
  readonly until?: LocalDate | undefined;
}

export function rangeContains(range: DateRange, day: LocalDate): boolean {
  return range.from <= day && (range.until === undefined || day < range.until);
}

export function rangesOverlap(a: DateRange, b: DateRange): boolean {
  return (b.until === undefined || a.from < b.until) && (a.until === undefined || b.from < a.until);
}
