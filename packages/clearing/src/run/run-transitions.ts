import type { RunEvent, RunState } from './run.ts';

export interface RunTransition {
  readonly event: RunEvent;
  readonly from: readonly RunState[];
  /** The state afterwards; undefined: it stays. */
  readonly to?: RunState;
}

/** Which event a run takes in which state (clearing-and-filing §4.4). After CONFIRMED its content never changes. */
export const RUN_TRANSITIONS: Readonly<Record<RunEvent, RunTransition>> = {
  cut: { event: 'cut', from: ['OPEN'], to: 'CUT' },
  /** From SIGNING: a new revision after a return, which stays in SIGNING. */
  generate: { event: 'generate', from: ['CUT', 'GENERATED', 'SIGNING'] },
  submit: { event: 'submit', from: ['GENERATED'], to: 'SIGNING' },
  sign: { event: 'sign', from: ['SIGNING'] },
  return: { event: 'return', from: ['SIGNING'] },
  decide: { event: 'decide', from: ['SIGNING'] },
  confirm: { event: 'confirm', from: ['SIGNING'], to: 'CONFIRMED' },
  notice: { event: 'notice', from: ['CONFIRMED'], to: 'NOTICED' },
  pay: { event: 'pay', from: ['NOTICED', 'PAYING'], to: 'PAYING' },
  /** From NOTICED when there was nothing to pay. */
  close: { event: 'close', from: ['NOTICED', 'PAYING'], to: 'CLOSED' },
};

/** States from which on a period's content is fixed. */
export const LOCKED_STATES: readonly RunState[] = ['CONFIRMED', 'NOTICED', 'PAYING', 'CLOSED'];
