import { daysBetween, type LocalDate, localDate } from '@yijie/calendar';
import { assert, divideHalfUp, type Fen, fen } from '@yijie/money';

/** WHOLE: the bill counts in the year of discharge. DAYS: by average daily cost × days in each year (clearing-and-filing §4.10). */
export type CrossYearSplit = 'WHOLE' | 'DAYS';

export interface YearShare {
  readonly year: number;
  readonly amountFen: Fen;
}

/**
 * An amount of a stay by benefit year, for the home region's accumulators; clearing itself takes the whole bill in its settlement month.
 * The discharge day isn't counted, except of a stay of one day. The last year takes the remainder.
 */
export function splitCrossYearStay(
  amountFen: Fen,
  stay: { readonly admittedOn: LocalDate; readonly dischargedOn: LocalDate },
  mode: CrossYearSplit,
): readonly YearShare[] {
  const { admittedOn, dischargedOn } = stay;
  assert(admittedOn <= dischargedOn, 'a stay ends after it begins');
  const [firstYear, lastYear] = [yearOfDate(admittedOn), yearOfDate(dischargedOn)];
  if (mode === 'WHOLE' || firstYear === lastYear) return [{ year: lastYear, amountFen }];
  const daysTotal = daysBetween(admittedOn, dischargedOn);
  const shares: YearShare[] = [];
  let left: number = amountFen;
  for (let year = firstYear; year < lastYear; year++) {
    const from = year === firstYear ? admittedOn : localDate(`${year}-01-01`);
    const days = daysBetween(from, localDate(`${year + 1}-01-01`));
    const share = divideHalfUp(amountFen, days, daysTotal);
    shares.push({ year, amountFen: share });
    left -= share;
  }
  return [...shares, { year: lastYear, amountFen: fen(left) }];
}

function yearOfDate(date: LocalDate): number {
  return Number(date.slice(0, 4));
}
