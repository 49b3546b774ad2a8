import { factTopic, type Incoming, type OutboxRow } from '@yijie/exchange';
import { type Ids, idToText } from '@yijie/runtime';
import type { Answer } from '../../core/settling/answer.ts';
import type { Command } from '../../core/settling/command.ts';
import type { Decision } from '../../core/settling/decide-commands.ts';
import type { StoredSettlement } from '../../core/settling/person-state.ts';
import type { BatchEffects } from '../../repositories/settling/store-effects.ts';
import { writeAnswer } from '../../wire/write-answer.ts';
import { writeFact } from '../../wire/write-fact.ts';
import { commandAudit } from './command-audit.ts';
import type { ReplyRoutes } from './reply-routes.ts';

export interface DecidedBatch {
  readonly decisions: readonly Decision[];
  readonly messages: ReadonlyMap<Command, Incoming>;
  /** The bytes of answers given before, by command key. */
  readonly replies: ReadonlyMap<string, Uint8Array>;
  readonly nowMs: number;
}

export interface EffectParts {
  readonly ids: Ids;
  readonly routes: ReplyRoutes;
  readonly topicPrefix: string;
}

type Mutable<Rows> = {
  -readonly [Name in keyof Rows]: Rows[Name] extends readonly (infer Row)[] ? Row[] : never;
};
type Written = Mutable<Omit<BatchEffects, 'dead' | 'moves' | 'nowMs'>>;

/** What the decisions of a batch leave behind: rows to store and messages to send. */
export function batchEffects(parts: EffectParts, batch: DecidedBatch): Omit<BatchEffects, 'dead' | 'moves'> {
  const replies = new Map(batch.replies);
  const written: Written = {
    inbox: [],
    settlements: [],
    filings: [],
    refusals: [],
    messages: [],
    audit: [],
    parked: [],
  };
  for (const decision of batch.decisions) {
    const { command, effect } = decision;
    switch (effect.kind) {
      case 'final':
        addFinal(parts, batch, replies, written, decision);
        break;
      case 'repeat':
        written.messages.push(parts.routes.message(command, replies.get(command.key) as Uint8Array));
        break;
      case 'park':
        written.parked.push({
          deadLetterId: effect.deadLetterId,
          message: batch.messages.get(command) as Incoming,
        });
        written.messages.push(parkedReply(parts, command));
        break;
      case 'held':
        written.messages.push(parkedReply(parts, command));
        break;
    }
  }
  return { ...written, nowMs: batch.nowMs };
}

function addFinal(
  { ids, routes, topicPrefix }: EffectParts,
  { messages, nowMs }: DecidedBatch,
  replies: Map<string, Uint8Array>,
  written: Written,
  decision: Decision,
): void {
  const { command, effect } = decision;
  if (effect.kind !== 'final') return;
  const { id, key, personToken } = command;
  const reply = writeAnswer(id, effect.answer);
  replies.set(key, reply);
  written.inbox.push({ commandId: id, personToken, outcome: effect.outcome, reply });
  written.messages.push(routes.message(command, reply));
  if (effect.tombstone) {
    const rolledBack = writeAnswer(effect.tombstone.id, { kind: 'rolled-back' });
    replies.set(effect.tombstone.key, rolledBack);
    written.inbox.push({
      commandId: effect.tombstone.id,
      personToken,
      outcome: 'ROLLED_BACK',
      reply: rolledBack,
    });
  }
  if (effect.added) {
    written.settlements.push({ command, added: effect.added });
    written.messages.push(factMessage(command, effect.added.settlement, topicPrefix));
  }
  if (command.kind === 'settle' && effect.added === undefined)
    written.refusals.push({ command, code: refusalCode(effect.answer) });
  if (effect.filing) written.filings.push({ filingId: ids.next(), filing: effect.filing });
  const line = commandAudit(decision, messages.get(command), reply, nowMs);
  if (line) written.audit.push(line);
}

/** Why a settlement had no effect, as statistics count it. */
function refusalCode(answer: Answer): string {
  return answer.kind === 'refused' ? answer.code : answer.kind.toUpperCase();
}

function parkedReply({ routes }: EffectParts, command: Command): OutboxRow {
  return routes.message(command, writeAnswer(command.id, { kind: 'parked' }));
}

function factMessage(command: Command, settlement: StoredSettlement, topicPrefix: string): OutboxRow {
  return {
    topic: factTopic(topicPrefix),
    key: idToText(settlement.answer.settlementId),
    partition: null,
    kind: 'fact',
    payload: writeFact(settlement),
    traceParent: command.traceParent,
  };
}
