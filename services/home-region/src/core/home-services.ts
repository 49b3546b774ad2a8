import type { VisitKind } from '@yijie/codes';

/** What this home region has opened for its people away from home, by pool (clearing-and-filing §1.14, 2a and 22–29). */
export interface HomeServices {
  readonly opened: readonly VisitKind[];
  /** Outpatient visits need no filing (row 22). */
  readonly outpatientFilingWaived: boolean;
  readonly maternityRequiresFiling: boolean;
}

/** Inpatient stays are opened everywhere; the others are opened by configuration. */
export const INPATIENT_ONLY: HomeServices = {
  opened: ['inpatient'],
  outpatientFilingWaived: false,
  maternityRequiresFiling: true,
};
