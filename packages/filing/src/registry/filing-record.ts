import type { Instant, LocalDate } from '@yijie/calendar';
import type { FilingType } from '@yijie/codes';
import type { Filing, FilingState } from '../contract.ts';

/** How a filing was made (办理渠道, clearing-and-filing §1.3). */
export const CHANNELS = [
  'NHSA_APP',
  'NHSA_MINI',
  'GOV_CLIENT',
  'PROV_ONLINE',
  'COUNTER',
  'PHONE',
  'DEEMED',
] as const;
export type Channel = (typeof CHANNELS)[number];

/** Papers beyond identity (§1.1). Of the three long-term proofs any one is enough. */
export const EVIDENCE = [
  'household-register',
  'residence-proof',
  'work-proof',
  'referral-document',
  'maternity-handbook',
] as const;
export type Evidence = (typeof EVIDENCE)[number];

/** One version of a filing. Rows are never overwritten: a transition appends the next version. */
export interface FilingRecord extends Filing {
  readonly channel: Channel;
  readonly version: number;
  readonly byCommitment: boolean;
  /** Papers that were shown, of those this type accepts. */
  readonly evidence?: readonly Evidence[] | undefined;
  /** Last working day for the decision; undefined while no review runs, or while that year's holidays aren't known. */
  readonly reviewDueOn?: LocalDate | undefined;
  /** Last day on which the promised proof is in time. */
  readonly proofDueOn?: LocalDate | undefined;
  /** First day of commitments again, on a filing that ended because its proof never came. */
  readonly barredUntil?: LocalDate | undefined;
  /** Last day on which asked-for material is in time; set while SUPPLEMENT. */
  readonly supplementDueOn?: LocalDate | undefined;
  /** What is missing, complete; set while SUPPLEMENT. */
  readonly missing?: readonly string[] | undefined;
  /** First day on which a long-term filing may be changed or cancelled. */
  readonly lockedUntil?: LocalDate | undefined;
  /** The filing that this one replaces (change) or continues (renewal). */
  readonly supersedesId?: string | undefined;
  /** The only visit that a deemed filing serves. */
  readonly visitId?: string | undefined;
  readonly appliedAt: Instant;
  readonly decidedAt?: Instant | undefined;
  readonly decidedBy?: string | undefined;
  /** Why it was rejected or cancelled: a code of the bureau's list, or ENROLMENT, PROOF, SILENT. */
  readonly reasonCode?: string | undefined;
}

/** What may happen to a filing after it was submitted (§1.4). */
export const FILING_EVENTS = [
  'ask-material',
  'supply',
  'supplement-timeout',
  'approve',
  'start',
  'reject',
  'withdraw',
  'change',
  'cancel',
  'expire',
  'enrolment-ended',
  'renew',
  'proof-supplied',
  'proof-overdue',
] as const;
export type FilingEvent = (typeof FILING_EVENTS)[number];

/** One line of the history: appended with every version, with who, when and why. */
export interface FilingTransition {
  readonly filingId: string;
  readonly version: number;
  readonly from?: FilingState | undefined;
  readonly to: FilingState;
  readonly event: FilingEvent | 'submit' | 'submit-self-service' | 'deem' | 'import';
  readonly actor: string;
  readonly at: Instant;
  readonly reason?: string | undefined;
}

/** New versions to store, oldest filing first, and their history lines. */
export interface Registered {
  readonly ok: true;
  readonly rows: readonly FilingRecord[];
  readonly transitions: readonly FilingTransition[];
}

export interface ChangeRequest {
  readonly newFilingId: string;
  /** What changes; the rest is kept. */
  readonly type?: FilingType | undefined;
  readonly targetRegion?: string | undefined;
  readonly byCommitment?: boolean | undefined;
  readonly evidence: readonly Evidence[];
}

export type FilingCommand =
  | { readonly event: 'ask-material'; readonly missing: readonly string[] }
  | { readonly event: 'reject' | 'cancel'; readonly reasonCode: string }
  | ({ readonly event: 'change' } & ChangeRequest)
  | { readonly event: 'renew'; readonly newFilingId: string }
  | { readonly event: 'supply' | 'proof-supplied'; readonly evidence: readonly Evidence[] }
  | {
      readonly event: Exclude<
        FilingEvent,
        'ask-material' | 'reject' | 'cancel' | 'change' | 'renew' | 'supply' | 'proof-supplied'
      >;
    };
