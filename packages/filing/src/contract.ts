import type { Instant, LocalDate } from '@yijie/calendar';
import type { FilingType, RatioClass, Route, VisitKind } from '@yijie/codes';

/** States of a filing (clearing-and-filing §1.4). */
export type FilingState =
  | 'REQUESTED'
  | 'SUPPLEMENT'
  | 'SCHEDULED'
  | 'EFFECTIVE'
  | 'REJECTED'
  | 'CANCELLED'
  | 'CHANGED'
  | 'EXPIRED';

/** A filing as the decision reads it. */
export interface Filing {
  readonly filingId: string;
  readonly type: FilingType;
  /** Six digits: city, municipality or province-wide unit (§1.6). */
  readonly targetRegion: string;
  readonly from: LocalDate;
  /** First day on which it no longer holds. */
  readonly until?: LocalDate | undefined;
  readonly state: FilingState;
  readonly effectiveAt?: Instant | undefined;
  readonly proof: 'NONE' | 'PENDING' | 'COMPLETE';
  readonly channel: string;
}

/** The inputs of the decision table (clearing-and-filing §1.14), all as values. */
export interface EligibilityFacts {
  readonly credentialValid: boolean;
  readonly identityMatches: boolean;
  readonly enrolment: 'ACTIVE' | 'ARREARS' | 'STOPPED' | 'WAITING' | 'MOVED';
  readonly homePool: string;
  readonly treatmentPool: string;
  readonly visitKind: VisitKind;
  /** Admission date, or the visit day for outpatient kinds. */
  readonly admissionDate: LocalDate;
  readonly settlementDate: LocalDate;
  readonly emergency: boolean;
  readonly injury: boolean;
  readonly thirdPartyLiable: boolean;
  readonly injuryStatementSigned: boolean;
  readonly paidInFull: boolean;
  /** Institution opened for this service (N), and not suspended. */
  readonly institutionOpen: boolean;
  readonly institutionSuspended: boolean;
  /** The home region has opened this service away from home. */
  readonly homeOpenedService: boolean;
  readonly outpatientFilingWaived: boolean;
  /** Undefined when the region keeps no list; else whether this institution is on it. */
  readonly institutionChosen?: boolean | undefined;
  readonly chronic?:
    | {
        readonly diseaseCode: string;
        readonly listed: boolean;
        readonly qualified: boolean;
        readonly institutionOpened: boolean;
      }
    | undefined;
  readonly maternityOpenBothSides: boolean;
  readonly maternityRequiresFiling: boolean;
  /** All filings of this person and scheme, any state. */
  readonly filings: readonly Filing[];
}

export interface EligibilityDecision {
  readonly route: Route;
  /** Undefined unless the route settles. */
  readonly ratioClass?: RatioClass | undefined;
  /** "OK", "OK-LATE", "FIL-NONE", … */
  readonly code: string;
  /** "OK-BEST" when several filings covered and the better was taken. */
  readonly note?: string | undefined;
  readonly filingId?: string | undefined;
  readonly filingType?: FilingType | undefined;
  /** Number of the decision table's row, e.g. "9" or "22a". */
  readonly row: string;
}
