import type { FilingState } from '../contract.ts';
import type { FilingEvent } from './filing-record.ts';

/** Picks the row where an event has two; none of them refuses. */
export type Condition = 'start-reached' | 'start-ahead';

/** Each refuses with a code of its own; see guards.ts. */
export type Guard =
  | 'missing-listed'
  | 'reason-given'
  | 'still-free'
  | 'start-due'
  | 'supplement-overdue'
  | 'not-deemed'
  | 'lock-over'
  | 'no-open-stay'
  | 'new-terms-fit'
  | 'end-passed'
  | 'renewable'
  | 'renewal-open'
  | 'not-renewed'
  | 'proof-pending'
  | 'proof-shown'
  | 'proof-overdue';

/** Each makes one change to the row; see effects.ts. */
export type Effect =
  | 'stop-review-clock'
  | 'start-review-clock'
  | 'end-review'
  | 'add-evidence'
  | 'decide'
  | 'take-effect'
  | 'keep-reason'
  | 'end-today'
  | 'replace'
  | 'continue'
  | 'complete-proof'
  | 'bar-commitments';

export interface TransitionRow {
  readonly from: readonly FilingState[];
  readonly event: FilingEvent;
  readonly when?: Condition;
  readonly guards: readonly Guard[];
  /** State of the filing itself; "unchanged" when only its data or a new row changes. */
  readonly to: FilingState | 'unchanged';
  readonly effects: readonly Effect[];
}

/**
 * Clearing-and-filing §1.4 as data. An event that no row has for the filing's state is refused with FIL-STATE. How a
 * filing comes into being (submit, self-service, deemed) is in submit-filing.ts and deem-filing.ts.
 */
export const transitionTable: readonly TransitionRow[] = [
  {
    from: ['REQUESTED'],
    event: 'ask-material',
    guards: ['missing-listed'],
    to: 'SUPPLEMENT',
    effects: ['stop-review-clock'],
  },
  {
    from: ['SUPPLEMENT'],
    event: 'supply',
    guards: [],
    to: 'REQUESTED',
    effects: ['add-evidence', 'start-review-clock'],
  },
  {
    from: ['SUPPLEMENT'],
    event: 'supplement-timeout',
    guards: ['supplement-overdue'],
    to: 'REJECTED',
    effects: ['decide', 'end-review', 'keep-reason'],
  },
  {
    from: ['REQUESTED'],
    event: 'approve',
    when: 'start-reached',
    guards: ['still-free'],
    to: 'EFFECTIVE',
    effects: ['decide', 'end-review', 'take-effect'],
  },
  {
    from: ['REQUESTED'],
    event: 'approve',
    when: 'start-ahead',
    guards: ['still-free'],
    to: 'SCHEDULED',
    effects: ['decide', 'end-review'],
  },
  { from: ['SCHEDULED'], event: 'start', guards: ['start-due'], to: 'EFFECTIVE', effects: ['take-effect'] },
  {
    from: ['REQUESTED'],
    event: 'reject',
    guards: ['reason-given'],
    to: 'REJECTED',
    effects: ['decide', 'end-review', 'keep-reason'],
  },
  {
    from: ['REQUESTED', 'SUPPLEMENT', 'SCHEDULED'],
    event: 'withdraw',
    guards: [],
    to: 'CANCELLED',
    effects: ['end-review'],
  },
  {
    from: ['EFFECTIVE'],
    event: 'change',
    guards: ['not-deemed', 'lock-over', 'no-open-stay', 'new-terms-fit'],
    to: 'CHANGED',
    // The new filing takes over the old one's end, so it is made first.
    effects: ['replace', 'end-today'],
  },
  {
    from: ['EFFECTIVE'],
    event: 'cancel',
    guards: ['not-deemed', 'lock-over'],
    to: 'CANCELLED',
    effects: ['end-today', 'keep-reason'],
  },
  { from: ['EFFECTIVE'], event: 'expire', guards: ['end-passed'], to: 'EXPIRED', effects: [] },
  {
    from: ['EFFECTIVE'],
    event: 'enrolment-ended',
    guards: [],
    to: 'CANCELLED',
    effects: ['end-today', 'keep-reason'],
  },
  {
    // Not in §1.4: what is only asked for or still to come would otherwise take effect for somebody insured elsewhere.
    from: ['REQUESTED', 'SUPPLEMENT', 'SCHEDULED'],
    event: 'enrolment-ended',
    guards: [],
    to: 'CANCELLED',
    effects: ['end-review', 'keep-reason'],
  },
  {
    from: ['EFFECTIVE', 'EXPIRED'],
    event: 'renew',
    guards: ['renewable', 'renewal-open', 'not-renewed'],
    to: 'unchanged',
    effects: ['continue'],
  },
  {
    from: ['EFFECTIVE'],
    event: 'proof-supplied',
    guards: ['proof-pending', 'proof-shown'],
    to: 'unchanged',
    effects: ['add-evidence', 'complete-proof'],
  },
  {
    from: ['EFFECTIVE'],
    event: 'proof-overdue',
    guards: ['proof-pending', 'proof-overdue'],
    to: 'CANCELLED',
    effects: ['end-today', 'keep-reason', 'bar-commitments'],
  },
];
