import { type Reversed, Reversed_Result } from '@yijie/contracts/exchange';
import { type Refusal, refuse } from '@yijie/errors';
import { CALL, type CommandResult, OUTCOME, type StoredCommand } from './command.ts';
import { isKey } from './form.ts';

/** Only settlements and refunds can be reversed, under one of the caller's own keys. */
export function checkReversal(call: number, originalKey: string): Refusal | undefined {
  if (call !== CALL.settle && call !== CALL.refund) return refuse('REV-KIND', { call: String(call) });
  return isKey(originalKey) ? undefined : refuse('FRM-REQUIRED', { field: 'original_key' });
}

/** What is known of the original without asking the home region; undefined when it has to be asked. */
export function reversalKnownHere(
  original: StoredCommand,
  result: CommandResult | undefined,
): Reversed | undefined {
  if (result === undefined) return undefined;
  const { commandId: originalCommandId } = original;
  switch (result.outcome) {
    case OUTCOME.settled:
      return {
        result: Reversed_Result.HAD_SETTLED,
        originalCommandId,
        settled: result.reply.result?.$case === 'settled' ? result.reply.result.settled : undefined,
      };
    case OUTCOME.rolledBack:
      return { result: Reversed_Result.ROLLED_BACK, originalCommandId, settled: undefined };
    default:
      return { result: Reversed_Result.NOTHING_TO_UNDO, originalCommandId, settled: undefined };
  }
}
