import type { FilingType } from '@yijie/codes';

/** Months from the start, or without end. */
export type Validity = number | 'open-ended';

/** A home region's own settings (clearing-and-filing §1 and §7.1). Dated by the caller, who picks the set in force. */
export interface FilingParameters {
  readonly validity: Readonly<Record<FilingType, Validity>>;
  /** Where a region gives commitment filings a fixed term instead of the type's. */
  readonly commitmentValidity?: Validity | undefined;
  /** Bounds of the term a person may ask for, temporary types. */
  readonly temporaryMonthsMin: number;
  readonly temporaryMonthsMax: number;
  /** How far back and ahead a filing may start. */
  readonly backdateDays: Readonly<Partial<Record<FilingType, number>>>;
  readonly advanceDaysMax: number;
  /** Types that the self-service channel (自助开通) makes effective at once. */
  readonly selfServiceTypes: readonly FilingType[];
  /** Lock of change and cancellation for long-term filings, at most 6 months, and the time it doesn't apply. */
  readonly longTermLockMonths: number;
  readonly lockFreeHours: number;
  readonly commitmentProofDueDays: number;
  readonly commitmentBarMonths: number;
  readonly supplementDays: number;
  /** For the decision on an application with papers. */
  readonly reviewWorkingDays: number;
  readonly renewalOpensDays: number;
  readonly activeTemporaryMax: number;
}

/**
 * Defaults: validity of §1.1 (temporary at least six months by the national rules), the rest choices of this product
 * that a region replaces by its own.
 */
export const defaultFilingParameters: FilingParameters = {
  validity: {
    LT_RETIREE: 'open-ended',
    LT_RESIDENT: 'open-ended',
    LT_WORKER: 'open-ended',
    TM_REFERRAL: 6,
    TM_EMERGENCY: 6,
    TM_OTHER: 6,
    MATERNITY: 12,
  },
  temporaryMonthsMin: 6,
  temporaryMonthsMax: 24,
  backdateDays: {},
  advanceDaysMax: 180,
  selfServiceTypes: ['LT_RETIREE', 'LT_RESIDENT', 'LT_WORKER', 'TM_OTHER'],
  longTermLockMonths: 6,
  lockFreeHours: 24,
  commitmentProofDueDays: 180,
  commitmentBarMonths: 24,
  supplementDays: 15,
  reviewWorkingDays: 2,
  renewalOpensDays: 30,
  activeTemporaryMax: 3,
};
