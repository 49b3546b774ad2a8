import { type Answer, type RefusedAnswer, refused, type SettledAnswer } from './answer.ts';
import { BatchState } from './batch-state.ts';
import type { Command, SettleCommand } from './command.ts';
import type { DeemedFiling, InboxOutcome, LoadedState, NewSettlement } from './person-state.ts';
import { decideRefund } from './refund.ts';
import { decideReversal } from './reverse.ts';
import { decideSettlement, type HomeRules, type PersonView, type SettleDecision } from './settle.ts';

/** How late a command may be read past its `expiresAt`: two clocks of two regions are never quite the same. */
export const EXPIRY_TOLERANCE_MS = 60_000;

export interface Decision {
  readonly command: Command;
  readonly effect: Effect;
}

export type Effect =
  /** Answered for the first time: stored with this answer for ever. */
  | {
      readonly kind: 'final';
      readonly outcome: InboxOutcome;
      readonly answer: Answer;
      readonly added?: NewSettlement | undefined;
      readonly filing?: DeemedFiling | undefined;
      /** The command that must never take effect. */
      readonly tombstone?: { readonly id: Uint8Array; readonly key: string } | undefined;
    }
  /** Answered before: the stored bytes go out again. */
  | { readonly kind: 'repeat' }
  /** Waits behind a dead letter of the same person. */
  | { readonly kind: 'park'; readonly deadLetterId: number }
  /** Is itself the dead letter; it is kept already. */
  | { readonly kind: 'held' };

export type BatchDecision =
  | { readonly ok: true; readonly decisions: readonly Decision[] }
  /** The core can't decide this command (a broken invariant): it becomes a dead letter, and the batch is decided anew. */
  | { readonly ok: false; readonly poison: Command; readonly cause: Error };

export interface LogPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface BatchOptions {
  /** Where a command stands in the log. Without it (processed again by hand) nothing is held up. */
  readonly placeOf?: ((command: Command) => LogPlace) | undefined;
}

/** Decides the commands of a batch in order. Pure: the same state and commands give the same decisions. */
export function decideCommands(
  rules: HomeRules,
  loaded: LoadedState,
  commands: readonly Command[],
  options: BatchOptions = {},
): BatchDecision {
  const state = new BatchState(loaded);
  const decisions: Decision[] = [];
  for (const command of commands) {
    try {
      const effect = decideCommand(rules, state, command, options);
      if (effect.kind === 'final') record(state, command, effect);
      decisions.push({ command, effect });
    } catch (cause) {
      return { ok: false, poison: command, cause: cause instanceof Error ? cause : new Error(String(cause)) };
    }
  }
  return { ok: true, decisions };
}

/** The order of the checks is part of the contract: first answer, parked, expired, then the command itself. */
function decideCommand(rules: HomeRules, state: BatchState, command: Command, options: BatchOptions): Effect {
  if (state.inbox(command.key) !== undefined) return { kind: 'repeat' };
  const held = heldUp(state, command, options);
  if (held) return held;
  // A reversal that comes late does what it is for.
  if (command.kind !== 'reverse' && command.readAtMs > command.expiresAtMs + EXPIRY_TOLERANCE_MS)
    return final('EXPIRED', { kind: 'expired', readAtMs: command.readAtMs });

  switch (command.kind) {
    case 'settle':
      return settleEffect(rules, state, command);
    case 'refund': {
      const decision = decideRefund(state, command);
      if (!decision.ok) return final('REFUSED', decision.refusal);
      return { ...final('SETTLED', decision.added.settlement.answer), added: decision.added };
    }
    case 'reverse': {
      const { answer, tombstone } = decideReversal(state, command);
      if (answer.kind === 'refused') return final('REFUSED', answer);
      return {
        ...final('REVERSED', answer),
        tombstone: tombstone ? { id: command.originalId, key: command.originalKey } : undefined,
      };
    }
  }
}

/** A dead letter holds up what comes after it, not what stood before it in the same batch. */
function heldUp(state: BatchState, command: Command, { placeOf }: BatchOptions): Effect | undefined {
  const waiting = state.waiting(command.personToken);
  if (waiting === undefined || placeOf === undefined) return undefined;
  const place = placeOf(command);
  const sameLog = waiting.topic === place.topic && waiting.partition === place.partition;
  if (sameLog && place.offset === waiting.offset) return { kind: 'held' };
  if (sameLog && place.offset < waiting.offset) return undefined;
  return { kind: 'park', deadLetterId: waiting.deadLetterId };
}

function settleEffect(rules: HomeRules, state: BatchState, command: SettleCommand): Effect {
  const decision = decideSettlement(rules, personView(state, command.personToken), {
    ...command,
    settlementId: command.id,
  });
  if (!decision.ok) return final('REFUSED', decision.refusal);
  const quoted = driftOf(command, decision);
  if (quoted) return final('REFUSED', quoted);
  const { added, filing } = decision;
  return { ...final('SETTLED', added.settlement.answer), added, filing };
}

/** What a quote promised no longer holds: the patient hears the new amounts before paying. */
function driftOf(
  command: SettleCommand,
  decision: SettleDecision & { readonly ok: true },
): RefusedAnswer | undefined {
  const fresh: SettledAnswer = decision.added.settlement.answer;
  if (command.quoteHash === undefined || Buffer.compare(command.quoteHash, fresh.quoteHash) === 0)
    return undefined;
  return refused('STL-DRIFT', {}, fresh);
}

export function personView(state: BatchState, personToken: string): PersonView {
  return {
    member: state.member(personToken),
    filings: state.filings(personToken),
    benefits: state.benefits(personToken),
    account: state.account(personToken),
    accumulators: (scheme, benefitYear) => state.accumulators(personToken, scheme, benefitYear),
  };
}

function final(outcome: InboxOutcome, answer: Answer): Effect & { kind: 'final' } {
  return { kind: 'final', outcome, answer };
}

function record(state: BatchState, command: Command, effect: Effect & { kind: 'final' }): void {
  if (effect.added) state.recordSettlement(command, effect.added);
  else state.recordFinal(command.key, command.personToken, effect.outcome);
  if (effect.tombstone) state.recordFinal(effect.tombstone.key, command.personToken, 'ROLLED_BACK');
}
