import type { LocalDate } from '@yijie/calendar';
import type { Pack } from './pack/pack.ts';

export interface BenefitYear {
  /** The year in which it starts, e.g. "2025" or "2025-07". */
  readonly label: string;
  readonly from: LocalDate;
  readonly until: LocalDate;
}

/** The benefit year (待遇年度) of a day: it starts when the pack says (Shanghai employees: 1 July). */
export function benefitYear(pack: Pack, day: LocalDate): BenefitYear {
  const starts = pack.benefitYear.starts;
  const year = Number(day.slice(0, 4));
  const first = day.slice(5) < starts ? year - 1 : year;
  return {
    label: starts === '01-01' ? `${first}` : `${first}-${starts.slice(0, 2)}`,
    // A day of every year: check-rules.ts refuses 02-29 and days that don't exist.
    from: `${first}-${starts}` as LocalDate,
    until: `${first + 1}-${starts}` as LocalDate,
  };
}
