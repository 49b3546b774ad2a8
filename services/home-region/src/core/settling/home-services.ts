import type { LocalDate } from '@yijie/calendar';
import { provinceOf, type VisitKind } from '@yijie/codes';
import { assert } from '@yijie/money';

/** What a home region has opened for its people away from home (clearing-and-filing §1.14, 2a and 20–29). */
export interface HomeServices {
  readonly opened: readonly VisitKind[];
  /** Outpatient visits need no filing (row 22). */
  readonly outpatientFilingWaived: boolean;
  /** Undefined: the region keeps no list, every opened hospital will do. */
  readonly outpatientHospitals?: HospitalList | undefined;
  readonly maternityRequiresFiling: boolean;
  /** How the accumulators take a stay across the turn of the benefit year (§4.10). */
  readonly stayAcrossYears: 'whole' | 'by-days';
}

/** The region's rule for outpatient hospitals that a person chooses (门诊定点). */
export interface HospitalList {
  /** How many a person may choose. */
  readonly atMost: number;
  /** A hospital that isn't chosen: row 21 refuses it, or the policy pays another ratio there. */
  readonly notChosen: 'refused' | 'by-policy';
  /** Whether a pharmacy must be chosen too. */
  readonly pharmacies: 'listed' | 'free';
}

/** Services as they hold from a day on, for a pool or for every pool of a province that has no row of its own. */
export interface DatedServices {
  /** Six digits; a province ends in 0000. */
  readonly region: string;
  readonly from: LocalDate;
  /** First day on which it no longer holds. */
  readonly until?: LocalDate | undefined;
  readonly services: HomeServices;
}

/** Inpatient stays are opened everywhere; what else is opened, the region's own rows say. */
export const INPATIENT_ONLY: HomeServices = {
  opened: ['inpatient'],
  outpatientFilingWaived: false,
  maternityRequiresFiling: true,
  stayAcrossYears: 'whole',
};

export type ServicesBook = (homePool: string, day: LocalDate) => HomeServices;

/** Finds what a pool has opened on a day: its own row, else its province's, else inpatient stays alone. */
export function servicesBook(rows: readonly DatedServices[]): ServicesBook {
  const byRegion = Map.groupBy(rows, (row) => row.region);
  for (const [region, ofRegion] of byRegion) assert(!overlap(ofRegion), `two rows of ${region} on one day`);
  const find = (region: string, day: LocalDate) =>
    byRegion.get(region)?.find((row) => row.from <= day && (row.until === undefined || day < row.until));
  return (homePool, day) =>
    (find(homePool, day) ?? find(provinceOf(homePool), day))?.services ?? INPATIENT_ONLY;
}

function overlap(rows: readonly DatedServices[]): boolean {
  const sorted = rows.toSorted((a, b) => (a.from < b.from ? -1 : 1));
  return sorted.some((row, index) => {
    const next = sorted[index + 1];
    return next !== undefined && (row.until === undefined || next.from < row.until);
  });
}
