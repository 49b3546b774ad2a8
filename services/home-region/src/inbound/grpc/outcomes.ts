import { type Outcome, OutcomeState } from '@yijie/contracts/common';
import type { Refusal } from '@yijie/errors';
import { failureOf } from '@yijie/runtime';

export function settledOutcome(messageId: string): Outcome {
  return { state: OutcomeState.SETTLED, failure: undefined, askAgainAfterMs: 0, messageId };
}

export function refusedOutcome(refusal: Refusal, messageId: string): Outcome {
  return {
    state: OutcomeState.REFUSED,
    failure: failureOf(refusal),
    askAgainAfterMs: 0,
    messageId,
  };
}
