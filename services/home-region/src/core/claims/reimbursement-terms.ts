import { addDays, addMonths, type LocalDate, localDate } from '@yijie/calendar';
import type { Claim } from './reimbursement-claim.ts';

/** Until when a claim is in time: regions set it (clearing-and-filing §3.3, `manual_deadline`). */
export type Deadline =
  | { readonly mode: 'MONTHS_FROM_DISCHARGE'; readonly months: number }
  | { readonly mode: 'END_OF_NEXT_YEAR' }
  /** One last day for everything the terms cover. */
  | { readonly mode: 'DATE'; readonly date: LocalDate };

/** Terms of manual reimbursement of a pool, in force from a day on. */
export interface ReimbursementTerms {
  /** Six digits of a pool or of a province, or "*" for every other. */
  readonly homePool: string;
  readonly from: LocalDate;
  readonly until?: LocalDate | undefined;
  readonly deadline: Deadline;
  /** How many days longer the originals of a claim opened in time may take. */
  readonly mailingDays: number;
  readonly decisionWorkingDays: number;
  /** Whether the personal account may pay what the funds leave. */
  readonly accountMayPay: boolean;
  /** Whose catalogue converts the bill (`manual_catalog_side`). */
  readonly catalogueSide: 'home' | 'treatment';
  readonly source: string;
}

export type TermsBook = (homePool: string, paidInFullOn: LocalDate) => ReimbursementTerms | undefined;

/** The most exact terms in force on the day of payment: those of the pool, of its province, of every other. */
export function termsBook(all: readonly ReimbursementTerms[]): TermsBook {
  return (homePool, day) => {
    const inForce = all.filter(({ from, until }) => from <= day && (until === undefined || day < until));
    return [homePool, `${homePool.slice(0, 2)}0000`, '*']
      .map((place) => inForce.find((terms) => terms.homePool === place))
      .find((terms) => terms !== undefined);
  };
}

/** The last day on which the claim is in time. An outpatient visit is discharged on its day. */
export function lastDayOf(
  { deadline }: ReimbursementTerms,
  { dischargeDate, admissionDate }: Pick<Claim, 'dischargeDate' | 'admissionDate'>,
): LocalDate {
  const discharged = dischargeDate ?? admissionDate;
  switch (deadline.mode) {
    case 'MONTHS_FROM_DISCHARGE':
      return addMonths(discharged, deadline.months);
    case 'END_OF_NEXT_YEAR':
      return localDate(`${Number(discharged.slice(0, 4)) + 1}-12-31`);
    case 'DATE':
      return deadline.date;
  }
}

/** The last day on which originals may come in. */
export function lastMailDay(terms: ReimbursementTerms, deadline: LocalDate): LocalDate {
  return addDays(deadline, terms.mailingDays);
}
