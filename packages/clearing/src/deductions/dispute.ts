import { type Refusal, refuse } from '@yijie/errors';
import type { RunState } from '../run/run.ts';
import { LOCKED_STATES } from '../run/run-transitions.ts';
import type { DisputeState } from './deduction.ts';

/** Who has to decide: pool, then province, then the national centre. */
export const DISPUTE_LEVELS = ['POOL', 'PROVINCE', 'NATIONAL'] as const;
export type DisputeLevel = (typeof DISPUTE_LEVELS)[number];

export interface Dispute {
  readonly state: DisputeState;
  readonly level: DisputeLevel;
  /** Of DECIDED and ACCEPTED and REJECTED: whether the deduction stands. */
  readonly stands?: boolean | undefined;
  readonly reason?: string | undefined;
}

export type DisputeEvent = 'accept' | 'reject' | 'escalate' | 'decide';

export interface DisputeCommand {
  readonly event: DisputeEvent;
  readonly reason: string;
  /** Of decide: whether the deduction stands. */
  readonly stands?: boolean | undefined;
}

/** RAISED → ACCEPTED | REJECTED | ESCALATED; ESCALATED → ESCALATED at the next level, or DECIDED. */
const FROM: Readonly<Record<DisputeEvent, readonly DisputeState[]>> = {
  accept: ['RAISED'],
  reject: ['RAISED'],
  escalate: ['RAISED', 'ESCALATED'],
  decide: ['ESCALATED'],
};

export const RAISED_DISPUTE: Dispute = { state: 'RAISED', level: 'POOL' };

export function applyDisputeCommand(
  dispute: Dispute,
  { event, reason, stands }: DisputeCommand,
):
  | { readonly ok: true; readonly dispute: Dispute }
  | Refusal<'CLR-DSP-STATE' | 'CLR-DSP-LEVEL' | 'CLR-REASON'> {
  if (!FROM[event].includes(dispute.state)) {
    return refuse('CLR-DSP-STATE', { state: dispute.state, event });
  }
  if (reason.trim() === '') return refuse('CLR-REASON');
  switch (event) {
    case 'accept':
      return { ok: true, dispute: { ...dispute, state: 'ACCEPTED', stands: false, reason } };
    case 'reject':
      return { ok: true, dispute: { ...dispute, state: 'REJECTED', stands: true, reason } };
    case 'decide':
      return { ok: true, dispute: { ...dispute, state: 'DECIDED', stands: stands === true, reason } };
    case 'escalate': {
      const level = DISPUTE_LEVELS[DISPUTE_LEVELS.indexOf(dispute.level) + 1];
      if (level === undefined) return refuse('CLR-DSP-LEVEL');
      return { ok: true, dispute: { ...dispute, state: 'ESCALATED', level, reason } };
    }
  }
}

export function isDisputeOpen({ state }: Dispute): boolean {
  return state === 'RAISED' || state === 'ESCALATED';
}

/** Raised before the run is confirmed it carries the row; later the amount is paid meanwhile and corrected in the next period. */
export function effectOfDispute(run: RunState): 'CARRY_ROW' | 'CORRECT_NEXT_PERIOD' {
  return LOCKED_STATES.includes(run) ? 'CORRECT_NEXT_PERIOD' : 'CARRY_ROW';
}
