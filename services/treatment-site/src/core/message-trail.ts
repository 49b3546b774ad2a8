import { Diagnosed_Standing_State } from '@yijie/contracts/exchange';
import {
  type CallEnd,
  type CheckResult,
  checkTrail,
  failed,
  isErrorCode,
  type Refusal,
  refuse,
} from '@yijie/errors';
import { CALL, type CommandResult, OUTCOME, type StoredCommand } from './command.ts';

/** Where an unanswered message stands, as far as both sides know. */
export interface MessageStanding {
  /** Of the home region; undefined when it wasn't asked or gave no answer. */
  readonly atHome: { readonly state: Diagnosed_Standing_State; readonly reasonCode: string } | undefined;
  /** The answer came and couldn't be right: why it is kept aside. */
  readonly deadAnswer: string | undefined;
}

export type MessageState =
  | 'PENDING'
  | 'PARKED'
  | 'DEAD-LETTER'
  | 'SETTLED'
  | 'REFUNDED'
  | 'REFUSED'
  | 'ROLLED-BACK'
  | 'EXPIRED'
  | 'REVERSED';

const CALL_WORDS: Readonly<Record<StoredCommand['call'], string>> = {
  [CALL.settle]: 'settle',
  [CALL.refund]: 'refund',
  [CALL.reverse]: 'reverse',
};

export function callWord(command: StoredCommand): string {
  return CALL_WORDS[command.call];
}

export function messageState(
  result: CommandResult | undefined,
  standing: MessageStanding,
  isRefunded: boolean,
): MessageState {
  switch (result?.outcome) {
    case OUTCOME.settled:
      return isRefunded ? 'REFUNDED' : 'SETTLED';
    case OUTCOME.refused:
      return 'REFUSED';
    case OUTCOME.rolledBack:
      return 'ROLLED-BACK';
    case OUTCOME.expired:
      return 'EXPIRED';
    case OUTCOME.reversed:
      return 'REVERSED';
    case undefined:
      if (standing.deadAnswer !== undefined) return 'DEAD-LETTER';
      if (standing.atHome?.state === Diagnosed_Standing_State.DEAD_LETTER) return 'DEAD-LETTER';
      return standing.atHome?.state === Diagnosed_Standing_State.PARKED ? 'PARKED' : 'PENDING';
  }
}

/** How an accepted message went, check by check. `messageId` is its number as the caller knows it. */
export function messageTrail(
  command: StoredCommand,
  result: CommandResult | undefined,
  standing: MessageStanding,
  messageId: string,
): CheckResult[] {
  const call = callWord(command);
  if (result === undefined) return pendingTrail(call, unknownOutcome(standing, messageId));
  return checkTrail(call, endOf(result, messageId));
}

/** Why an outcome isn't known yet: who has the message in hand, and what holds it up. */
export function unknownOutcome(standing: MessageStanding, messageId: string): CheckResult {
  const { atHome, deadAnswer } = standing;
  if (deadAnswer !== undefined) return failed('outcome', deadLetter(deadAnswer, messageId));
  switch (atHome?.state) {
    case Diagnosed_Standing_State.DEAD_LETTER:
      return failed('outcome', deadLetter(atHome.reasonCode, messageId));
    case Diagnosed_Standing_State.PARKED:
      return failed('outcome', refuse('NET-PARKED', { messageId }));
    default:
      return failed('outcome', refuse('STL-UNKNOWN', { messageId }));
  }
}

function deadLetter(reasonCode: string, messageId: string): Pick<Refusal, 'code' | 'values'> {
  return { code: isErrorCode(reasonCode) ? reasonCode : 'DLQ-FAILED', values: { messageId } };
}

/** Accepted here, so everything of the treatment site passed; what the home region makes of it isn't known. */
function pendingTrail(call: string, outcome: CheckResult): CheckResult[] {
  const accepted = checkTrail(call, {
    refusal: { code: 'NET-HOME', values: {} },
    refusedBy: 'treatment-site',
  });
  return accepted.map((check) => {
    if (check.name === 'network') return { ...check, state: 'NOT_REACHED', code: '' };
    return check.name === 'outcome' ? outcome : check;
  });
}

function endOf({ outcome, reply }: CommandResult, messageId: string): CallEnd {
  const { result } = reply;
  switch (outcome) {
    case OUTCOME.refused: {
      const refused = result?.$case === 'refused' ? result.refused : undefined;
      const code = refused?.code ?? 'NET-CODE';
      return { refusal: { code, values: refused?.values ?? {} }, refusedBy: 'home-region' };
    }
    case OUTCOME.rolledBack:
      return { refusal: refuse('REV-ROLLEDBACK', { messageId }), refusedBy: 'home-region' };
    case OUTCOME.expired:
      return { refusal: refuse('STL-EXPIRED'), refusedBy: 'home-region' };
    case OUTCOME.settled:
    case OUTCOME.reversed:
      return result?.$case === 'settled'
        ? {
            notes: [result.settled.eligibilityCode, ...result.settled.notes].filter(
              (code) => code !== 'OK' && code !== 'OK-BEST',
            ),
          }
        : {};
  }
}
