import type { RefusedAnswer, ReversedAnswer } from './answer.ts';
import { refused } from './answer.ts';
import type { BatchState } from './batch-state.ts';
import type { ReverseCommand } from './command.ts';

export interface ReverseDecision {
  readonly answer: ReversedAnswer | RefusedAnswer;
  /** Whether the original has to be kept out: it wasn't seen yet. */
  readonly tombstone: boolean;
}

/**
 * Answers "what became of that command?" (冲正), and keeps a command that wasn't seen from ever taking effect. It
 * never undoes a settlement: its facts are out already, a refund does that.
 */
export function decideReversal(state: BatchState, command: ReverseCommand): ReverseDecision {
  const original = state.inbox(command.originalKey);
  const { originalId } = command;
  const reversed = (result: ReversedAnswer['result']): ReversedAnswer => ({
    kind: 'reversed',
    result,
    originalId,
  });
  if (original === undefined) return { answer: reversed('ROLLED_BACK'), tombstone: true };
  if (original.personToken !== command.personToken)
    return { answer: refused('REV-NOTOWNER'), tombstone: false };
  switch (original.outcome) {
    case 'SETTLED':
      return { answer: { ...reversed('HAD_SETTLED'), settled: original.settled }, tombstone: false };
    case 'ROLLED_BACK':
      return { answer: reversed('ROLLED_BACK'), tombstone: false };
    case 'REFUSED':
    case 'EXPIRED':
      return { answer: reversed('NOTHING_TO_UNDO'), tombstone: false };
    case 'REVERSED':
      return { answer: refused('REV-KIND', { call: 'Reverse' }), tombstone: false };
  }
}
