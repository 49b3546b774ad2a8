import type { Instant, LocalDate } from '@yijie/calendar';
import type { FilingType, RatioClass, Route, VisitKind } from '@yijie/codes';
import type { DecisionCode, DecisionRow } from './decision-codes.ts';

/** States of a filing (clearing-and-filing §1.4). */
export const FILING_STATES = [
  'REQUESTED',
  'SUPPLEMENT',
  'SCHEDULED',
  'EFFECTIVE',
  'REJECTED',
  'CANCELLED',
  'CHANGED',
  'EXPIRED',
] as const;
export type FilingState = (typeof FILING_STATES)[number];

/** NONE: nothing was promised; PENDING: filed by commitment, proof still due; COMPLETE: proof is in. */
export type ProofState = 'NONE' | 'PENDING' | 'COMPLETE';

/** A filing as the decision reads it. */
export interface Filing {
  readonly filingId: string;
  readonly type: FilingType;
  /** Six digits: city, municipality or province-wide unit (§1.6). */
  readonly targetRegion: string;
  readonly from: LocalDate;
  /** First day on which it no longer holds: the day after the end, after a cancellation or after a change. */
  readonly until?: LocalDate | undefined;
  readonly state: FilingState;
  /** When it took effect; undefined when it never did (a request withdrawn before approval). */
  readonly effectiveAt?: Instant | undefined;
  readonly proof: ProofState;
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
  /** Day of the settlement; for a patient who has paid in full, of that payment. */
  readonly settlementDate: LocalDate;
  /** The moment of it, when known: a filing that took effect later doesn't cover. */
  readonly settledAt?: Instant | undefined;
  /** The hospital's emergency mark, its emergency value only (§1.9). */
  readonly emergency: boolean;
  readonly injury: boolean;
  readonly thirdPartyLiable: boolean;
  readonly injuryStatementSigned: boolean;
  readonly paidInFull: boolean;
  /** Institution opened for this service (N), and not suspended. */
  readonly institutionOpen: boolean;
  readonly institutionSuspended: boolean;
  /** When it is expected back, for the sentence; undefined when that isn't known. */
  readonly suspendedUntil?: string | undefined;
  /** The home region has opened this service away from home. */
  readonly homeOpenedService: boolean;
  readonly outpatientFilingWaived: boolean;
  /** Undefined when the region keeps no list; else whether this institution is on it. */
  readonly institutionChosen?: boolean | undefined;
  /** Missing for a chronic visit means that no disease was named: answered as one that isn't listed. */
  readonly chronic?:
    | {
        readonly diseaseCode: string;
        /** On the opened list on the visit day: `isOpenedChronicDisease`. */
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
  /** Set when the route settles, and HOME_POLICY on the SELF rows whose later claim follows a home rule. */
  readonly ratioClass?: RatioClass | undefined;
  /** "OK", "OK-LATE", "FIL-NONE", … */
  readonly code: DecisionCode;
  /** "OK-BEST" when several filings covered and the better was taken. */
  readonly note?: 'OK-BEST' | undefined;
  /** The filing that covers the visit, or the one that a refusal is about. */
  readonly filingId?: string | undefined;
  /** TM_EMERGENCY when the settlement itself makes the filing (OK-DEEMED). */
  readonly filingType?: FilingType | undefined;
  /** Number of the decision table's row, e.g. "9" or "22a"; "scope" for an ordinary local visit. */
  readonly row: DecisionRow;
  /** What was seen, by name, for the sentence of the code; never an identity or a diagnosis. */
  readonly values: Readonly<Record<string, string>>;
}
