/** Where a claim for manual reimbursement (手工报销) stands. */
export const REIMBURSEMENT_STATES = [
  'DRAFTED',
  'PREVIEWED',
  'RECEIVED',
  'UNDER_REVIEW',
  'DECIDED',
  'CLOSED',
  'PAID',
  'REJECTED',
  'WITHDRAWN',
] as const;
export type ReimbursementState = (typeof REIMBURSEMENT_STATES)[number];

export const REIMBURSEMENT_EVENTS = [
  'preview-incomplete',
  'preview',
  'receive',
  'enter-bill',
  'approve',
  'approve-nothing',
  'reject',
  'pay',
  'withdraw',
] as const;
export type ReimbursementEvent = (typeof REIMBURSEMENT_EVENTS)[number];

interface Transition {
  readonly from: ReimbursementState;
  readonly event: ReimbursementEvent;
  readonly to: ReimbursementState;
}

/** What may happen in which state. Whatever isn't named here is refused with REI-STATE. */
export const reimbursementTransitions: readonly Transition[] = [
  // Copies are looked at as often as the person likes, before anything is mailed.
  { from: 'DRAFTED', event: 'preview-incomplete', to: 'DRAFTED' },
  { from: 'DRAFTED', event: 'preview', to: 'PREVIEWED' },
  { from: 'PREVIEWED', event: 'preview-incomplete', to: 'DRAFTED' },
  { from: 'PREVIEWED', event: 'preview', to: 'PREVIEWED' },
  // At the counter the originals come first.
  { from: 'DRAFTED', event: 'receive', to: 'RECEIVED' },
  { from: 'PREVIEWED', event: 'receive', to: 'RECEIVED' },
  { from: 'RECEIVED', event: 'enter-bill', to: 'UNDER_REVIEW' },
  { from: 'UNDER_REVIEW', event: 'enter-bill', to: 'UNDER_REVIEW' },
  { from: 'UNDER_REVIEW', event: 'approve', to: 'DECIDED' },
  { from: 'UNDER_REVIEW', event: 'approve-nothing', to: 'CLOSED' },
  { from: 'RECEIVED', event: 'reject', to: 'REJECTED' },
  { from: 'UNDER_REVIEW', event: 'reject', to: 'REJECTED' },
  { from: 'DECIDED', event: 'pay', to: 'PAID' },
  { from: 'DRAFTED', event: 'withdraw', to: 'WITHDRAWN' },
  { from: 'PREVIEWED', event: 'withdraw', to: 'WITHDRAWN' },
  { from: 'RECEIVED', event: 'withdraw', to: 'WITHDRAWN' },
  { from: 'UNDER_REVIEW', event: 'withdraw', to: 'WITHDRAWN' },
];

/** The state after an event; undefined when it can't happen there. */
export function afterEvent(
  from: ReimbursementState,
  event: ReimbursementEvent,
): ReimbursementState | undefined {
  return reimbursementTransitions.find((one) => one.from === from && one.event === event)?.to;
}
