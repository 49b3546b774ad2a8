import { type Instant, type LocalDate, localDate, localDateAt } from '@yijie/calendar';
import { assert } from '@yijie/money';

declare const kind: unique symbol;

/** A settlement month, YYYYMM (期别). The run of a period happens in the following month. */
export type Period = number & { readonly [kind]: 'Period' };

/** Throws unless `yyyymm` is a month of the years 1000–9999. */
export function period(yyyymm: number): Period {
  const month = yyyymm % 100;
  assert(
    Number.isInteger(yyyymm) && yyyymm >= 100_001 && yyyymm <= 999_912 && month >= 1 && month <= 12,
    `not a period: ${yyyymm}`,
  );
  return yyyymm as Period;
}

/** "202603"; undefined when that is no month. */
export function parsePeriod(text: string): Period | undefined {
  return /^[1-9]\d{3}(0[1-9]|1[0-2])$/.test(text) ? (Number(text) as Period) : undefined;
}

/** The month of an instant in Asia/Shanghai: a settlement's own, a refund's own. */
export function periodOf(instant: Instant): Period {
  return periodOfDate(localDateAt(instant));
}

export function periodOfDate(date: LocalDate): Period {
  return (Number(date.slice(0, 4)) * 100 + Number(date.slice(5, 7))) as Period;
}

export function yearOf(of: Period): number {
  return Math.floor(of / 100);
}

export function addPeriods(to: Period, months: number): Period {
  const index = yearOf(to) * 12 + (to % 100) - 1 + months;
  return period(Math.floor(index / 12) * 100 + (index % 12) + 1);
}

export function nextPeriod(of: Period): Period {
  return addPeriods(of, 1);
}

export function previousPeriod(of: Period): Period {
  return addPeriods(of, -1);
}

/** How many months `later` is after `earlier`. */
export function monthsBetween(earlier: Period, later: Period): number {
  return (yearOf(later) - yearOf(earlier)) * 12 + (later % 100) - (earlier % 100);
}

/** The given day of the month, or its last when it has fewer. */
export function dayOfPeriod(of: Period, day: number): LocalDate {
  const year = yearOf(of);
  const month = of % 100;
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return localDate(`${year}-${pad(month)}-${pad(Math.min(day, last))}`);
}

function pad(value: number): string {
  return `${value}`.padStart(2, '0');
}
