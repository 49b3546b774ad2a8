import type { KnownCommand } from '../../repositories/load-commands.ts';
import type { Caller } from '../caller.ts';
import type { CommandsInFlight } from './commands-in-flight.ts';

/** A fifth of the caller's time, within these bounds, is left for the answer to arrive before its deadline. */
const ANSWER_MARGIN_MS = { atLeast: 200, atMost: 1_000 };

export interface Answered {
  readonly known: KnownCommand;
  readonly isParked: boolean;
}

/** Waits for the result of an accepted command, as long as the caller and the budget of the call allow. */
export async function awaitAnswer(
  known: KnownCommand,
  caller: Caller,
  options: { readonly inFlight: CommandsInFlight; readonly nowMs: number; readonly budgetMs: number },
): Promise<Answered> {
  if (known.result !== undefined) return { known, isParked: false };
  const leftMs = caller.deadlineMs - options.nowMs;
  const marginMs = Math.min(ANSWER_MARGIN_MS.atMost, Math.max(ANSWER_MARGIN_MS.atLeast, leftMs / 5));
  const untilMs = Math.min(caller.deadlineMs - marginMs, options.nowMs + options.budgetMs);
  const ending = await options.inFlight.wait(known, untilMs);
  if (ending === undefined || ending === 'parked') return { known, isParked: ending === 'parked' };
  return { known: { ...known, result: ending }, isParked: false };
}
