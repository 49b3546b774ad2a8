import type { LocalDate } from '@yijie/calendar';
import type { FeeCategoryCode, HospitalKind, HospitalLevel, VisitKind } from '@yijie/codes';
import type { Fen } from '@yijie/money';
import type { BillGroup } from '@yijie/policy';

/** What a treatment site asks to happen, read from the wire and checked for form. */
export type Command = SettleCommand | RefundCommand | ReverseCommand;

export interface CommandHead {
  readonly id: Uint8Array;
  /** The id as a map key. */
  readonly key: string;
  readonly personToken: string;
  readonly homePool: string;
  readonly treatmentPool: string;
  readonly institutionCode: string;
  readonly sequence: number;
  readonly expiresAtMs: number;
  /** Result partition of the waiting replica; null for any. */
  readonly replyPartition: number | null;
  readonly traceParent: string | null;
  /** The message as it was signed. */
  readonly message: Uint8Array;
  /** When this region first had it in hand: reading time, or append time when that is later. */
  readonly readAtMs: number;
}

export interface SettleCommand extends CommandHead {
  readonly kind: 'settle';
  readonly bill: Bill;
  /** Undefined: settle without comparing with a quote. */
  readonly quoteHash?: Uint8Array | undefined;
  readonly settledAtMs: number;
}

export interface RefundCommand extends CommandHead {
  readonly kind: 'refund';
  readonly settlementId: Uint8Array;
  readonly settlementKey: string;
  readonly refundedAtMs: number;
}

export interface ReverseCommand extends CommandHead {
  readonly kind: 'reverse';
  readonly originalId: Uint8Array;
  readonly originalKey: string;
}

/** What the treatment site says of the visit. */
export interface VisitFacts {
  readonly visitId: Uint8Array;
  readonly kind: VisitKind;
  /** Admission, or the day of an outpatient visit. */
  readonly admissionDate: LocalDate;
  readonly dischargeDate?: LocalDate | undefined;
  readonly emergency: boolean;
  readonly injury: boolean;
  readonly thirdPartyLiable: boolean;
  readonly injuryStatementSigned: boolean;
  readonly paidInFull: boolean;
  readonly chronicDiseaseCode?: string | undefined;
  readonly diagnosisCode?: string | undefined;
  readonly hospitalLevel: HospitalLevel;
  readonly hospitalKind: HospitalKind;
  /** Opened for this kind of visit. */
  readonly institutionOpen: boolean;
  /** Of a chronic visit: opened for such visits, but not for this disease. */
  readonly diseaseNotOpen: boolean;
  readonly institutionSuspended: boolean;
  /** The end of the suspension or maintenance, where the treatment site knows it. */
  readonly suspendedUntilMs?: number | undefined;
}

export interface Bill {
  readonly visit: VisitFacts;
  readonly totalFen: Fen;
  readonly categories: readonly CategoryTotals[];
  readonly groups: readonly BillGroup[];
  /** What each line was split into; of an outpatient or chronic visit alone. */
  readonly lines: readonly SplitLine[];
  readonly useAccount: boolean;
}

export interface CategoryTotals extends BillParts {
  readonly code: FeeCategoryCode;
}

export interface SplitLine extends BillParts {
  readonly lineNumber: number;
  readonly category: FeeCategoryCode;
  readonly group: string;
}

/** total = self-paid + over-limit + prepay-self + in-scope. Of a line all are negative where an item is returned. */
export interface BillParts {
  readonly totalFen: Fen;
  readonly selfPaidFen: Fen;
  readonly overLimitFen: Fen;
  readonly prepaySelfFen: Fen;
  readonly inScopeFen: Fen;
}
