import { provinceOf } from '@yijie/codes';
import { Reply, SettlementFact } from '@yijie/contracts/exchange';
import {
  type DeadLetterRow,
  factTopic,
  HEADER,
  type Incoming,
  type IntakeBatch,
  type IntakeOutcome,
  type OutboxRelay,
  type OutboxRow,
  releaseOutboxRows,
  withContentHash,
} from '@yijie/exchange';
import { classifyFailure, type Database } from '@yijie/postgres';
import { type Clock, idToText, type Logger, startSteps, type Tracing } from '@yijie/runtime';
import { auditRegion } from '@yijie/security';
import type { CommandResult } from '../../core/command.ts';
import { decideResult, type ResultEffects, sharesOf } from '../../core/result.ts';
import { encodeReply } from '../../repositories/command-parts.ts';
import { type KnownCommand, loadCommands } from '../../repositories/load-commands.ts';
import { type ResultBatch, saveResults } from '../../repositories/save-results.ts';
import type { FlowMetrics } from '../flow-metrics.ts';
import type { FlushMetrics } from '../flush-metrics.ts';
import { type HomeQuestions, isQuestionId } from '../questions/ask-home.ts';
import type { CommandsInFlight, TrackedCommand } from './commands-in-flight.ts';

export interface ResultStore {
  /** Stores a batch read from the result topic; rejects when it has to be delivered again. */
  handle(batch: IntakeBatch): Promise<IntakeOutcome>;
  /** Processes one answer again, outside the stream (redriven dead letters). */
  processAgain(message: Incoming): Promise<{ ok: true } | { ok: false; cause: string }>;
}

export interface ResultStoreOptions {
  readonly database: Database;
  readonly relay: OutboxRelay;
  readonly inFlight: CommandsInFlight;
  readonly home: HomeQuestions;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly flow: FlowMetrics;
  readonly metrics: FlushMetrics;
  readonly onDeadLetter: (topic: string, code: string) => void;
  readonly topicPrefix: string;
  readonly tracing?: Tracing | undefined;
}

/** Tries before the messages of a batch are stored one by one. */
const TRIES = 5;
const UNKNOWN_TRIES = 8;
const UNKNOWN_PAUSE_MS = 150;

/** An answer to a command. Of a reversal that had settled, the original's answer is one of its own. */
interface Answer {
  readonly message: Incoming;
  readonly reply: Reply;
  readonly replyBytes: Buffer;
  /** Made here from the answer to its reversal: no dead letter when it isn't needed. */
  readonly isDerived: boolean;
}

export function createResultStore(options: ResultStoreOptions): ResultStore {
  const { database, relay, inFlight, clock, logger } = options;

  async function handle(batch: IntakeBatch): Promise<IntakeOutcome> {
    await relay.room();
    const { answers, dead } = sort(batch.messages, options);
    if (answers.length === 0 && dead.length === 0 && batch.dead.length === 0) return 'nothing-to-store';
    const traces = answers.map((answer) => answer.message.traceParent);
    const end = startSteps(options.tracing, 'treatment-site.results', traces);
    try {
      await options.metrics.timed(answers.length, () =>
        store(answers, [...batch.dead, ...dead], batch.moves),
      );
      end('OK');
    } catch (error) {
      end('ERROR');
      throw error;
    }
    return 'stored';
  }

  async function store(
    answers: readonly Answer[],
    dead: readonly DeadLetterRow[],
    moves: ResultBatch['moves'],
  ): Promise<void> {
    let known = knownFromMemory(answers, inFlight);
    let conflicts = 0;
    let unknowns = 0;
    for (;;) {
      await loadMissing(answers, known);
      const plan = decideBatch(answers, known, dead);
      try {
        const at = { owner: relay.owner, nowMs: clock.now() };
        const inserted = await saveResults(database, { ...plan.batch, moves }, at);
        relay.publish(inserted);
        finish(plan);
        return;
      } catch (error) {
        const failure = classifyFailure(error);
        // Another replica reads this partition now, or this batch was stored: the bus delivers from the stored offset.
        if (failure.kind === 'conflict' && failure.constraint === 'exchange_offset_stale') throw error;
        logger.warn('results-not-stored', { reason: failure.kind, cause: error as Error });
        known = new Map();
        if (failure.kind === 'unknown') {
          if (++unknowns > UNKNOWN_TRIES) throw error;
          await clock.sleep(UNKNOWN_PAUSE_MS * unknowns);
          await releaseOutboxRows(
            database,
            relay.owner,
            plan.batch.facts.map((fact) => fact.key),
          ).catch(() => undefined);
        } else if (failure.kind === 'fault' || ++conflicts >= TRIES) {
          if (answers.length <= 1) return storePoison(answers, dead, moves, error as Error);
          return storeOneByOne(answers, dead, moves);
        }
      }
    }
  }

  /** So that one that can't be stored is set aside alone; the offsets move with the last. */
  async function storeOneByOne(
    answers: readonly Answer[],
    dead: readonly DeadLetterRow[],
    moves: ResultBatch['moves'],
  ): Promise<void> {
    for (const answer of answers) await store([answer], [], []);
    await store([], dead, moves);
  }

  async function storePoison(
    answers: readonly Answer[],
    dead: readonly DeadLetterRow[],
    moves: ResultBatch['moves'],
    cause: Error,
  ): Promise<void> {
    const [poison] = answers;
    if (poison === undefined || poison.isDerived) throw cause;
    await store([], [...dead, deadLetter(poison.message, 'DLQ-FAILED', cause.message)], moves);
  }

  /** Commands that this replica doesn't remember; settlements that a refund it remembers undoes are remembered too. */
  async function loadMissing(answers: readonly Answer[], known: Map<string, KnownCommand>): Promise<void> {
    const missing = answers.map((answer) => answer.reply.answers).filter((id) => !known.has(keyOf(id)));
    for (const command of await loadCommands(database, missing)) {
      known.set(keyOf(command.command.commandId), command);
    }
  }

  function decideBatch(
    answers: readonly Answer[],
    known: ReadonlyMap<string, KnownCommand>,
    dead: readonly DeadLetterRow[],
  ): { batch: Omit<ResultBatch, 'moves'>; effects: ResultEffects[]; repeated: Repeated[] } {
    const effects = new Map<string, ResultEffects>();
    const repeated: Repeated[] = [];
    const deadLetters = [...dead];
    for (const answer of answers) {
      const key = keyOf(answer.reply.answers);
      const command = known.get(key);
      if (command === undefined) {
        if (!answer.isDerived) {
          deadLetters.push(deadLetter(answer.message, 'KEY-UNKNOWN', 'it answers no command of this site'));
        }
        continue;
      }
      if (command.result !== undefined || effects.has(key)) {
        if (command.result) repeated.push({ commandId: command.command.commandId, result: command.result });
        continue;
      }
      const province = command.command.homePool === '' ? '' : provinceOf(command.command.homePool);
      if (province !== answer.message.signedBy) {
        deadLetters.push(
          deadLetter(
            answer.message,
            'SIG-REGION',
            `signed by ${answer.message.signedBy}, asked was ${province}`,
            false,
          ),
        );
        continue;
      }
      const decided = decideResult(
        command.command,
        answer.reply,
        answer.replyBytes,
        originalOf(command, effects),
      );
      if (decided.ok) {
        effects.set(key, decided);
      } else {
        options.flow.invariantBroken('I1');
        deadLetters.push(deadLetter(answer.message, decided.reasonCode, decided.reason));
      }
    }
    const all = [...effects.values()];
    const signedBy = new Map(
      answers.map((answer) => [keyOf(answer.reply.answers), signingKeyOf(answer.message)]),
    );
    return { batch: batchOf(all, deadLetters, signedBy, options.topicPrefix), effects: all, repeated };
  }

  function finish(plan: {
    batch: Omit<ResultBatch, 'moves'>;
    effects: ResultEffects[];
    repeated: Repeated[];
  }): void {
    for (const { command, result } of plan.effects) inFlight.finish(command.commandId, result);
    for (const { commandId, result } of plan.repeated) inFlight.finish(commandId, result);
    for (const { topic, reasonCode, reason, offset, partition } of plan.batch.dead) {
      options.onDeadLetter(topic, reasonCode);
      logger.error('dead-letter', { topic, partition, offset, reasonCode, reason });
    }
  }

  return {
    handle,
    async processAgain(message) {
      try {
        const { answers, dead } = sort([message], options);
        const [refused] = dead;
        if (refused) return { ok: false, cause: refused.reason };
        const known = new Map<string, KnownCommand>();
        await loadMissing(answers, known);
        const plan = decideBatch(answers, known, []);
        const [stillDead] = plan.batch.dead;
        if (stillDead) return { ok: false, cause: stillDead.reason };
        await store(answers, [], []);
        return { ok: true };
      } catch (error) {
        return { ok: false, cause: (error as Error).message };
      }
    },
  };
}

interface Repeated {
  readonly commandId: Buffer;
  readonly result: CommandResult;
}

/** Answers to questions go to whoever asked and are stored nowhere; what can't be read is set aside. */
function sort(
  messages: readonly Incoming[],
  options: ResultStoreOptions,
): { readonly answers: Answer[]; readonly dead: DeadLetterRow[] } {
  const answers: Answer[] = [];
  const dead: DeadLetterRow[] = [];
  for (const message of messages) {
    if (message.kind !== 'reply') {
      dead.push(
        deadLetter(
          message,
          'DLQ-SCHEMA',
          `a ${message.kind || 'message without a kind'} on the result topic`,
        ),
      );
      continue;
    }
    const replyBytes = asBuffer(message.payload);
    const reply = decodeReply(replyBytes);
    if (reply === undefined) {
      dead.push(deadLetter(message, 'DLQ-DECODE', 'no yijie.exchange.v1.Reply'));
    } else if (isQuestionId(reply.answers)) {
      options.home.answer(reply.answers, reply, message.signedBy);
    } else if (reply.result?.$case === 'parked') {
      options.inFlight.park(reply.answers);
    } else {
      answers.push({ message, reply, replyBytes, isDerived: false }, ...derived(message, reply));
    }
  }
  return { answers, dead };
}

/** What the answer to a reversal says of its original: rolled back, or settled with this answer. */
function derived(message: Incoming, reply: Reply): Answer[] {
  if (reply.result?.$case !== 'reversed') return [];
  const { originalCommandId, result, settled } = reply.result.reversed;
  const original: Reply | undefined =
    result === REVERSED_ROLLED_BACK
      ? { answers: originalCommandId, result: { $case: 'rolledBack', rolledBack: {} } }
      : settled && { answers: originalCommandId, result: { $case: 'settled', settled } };
  if (original === undefined) return [];
  return [{ message, reply: original, replyBytes: asBuffer(encodeReply(original)), isDerived: true }];
}

/** yijie.exchange.v1.Reversed.Result.RESULT_ROLLED_BACK */
const REVERSED_ROLLED_BACK = 1;

function decodeReply(bytes: Buffer): Reply | undefined {
  try {
    const reply = Reply.decode(bytes);
    return reply.answers.length === 16 && reply.result !== undefined ? reply : undefined;
  } catch {
    return undefined;
  }
}

function knownFromMemory(answers: readonly Answer[], inFlight: CommandsInFlight): Map<string, KnownCommand> {
  const known = new Map<string, KnownCommand>();
  for (const { reply } of answers) {
    const tracked: TrackedCommand | undefined = inFlight.find(reply.answers);
    if (tracked) known.set(keyOf(reply.answers), { ...tracked, result: undefined });
  }
  return known;
}

function originalOf(
  command: KnownCommand,
  effects: ReadonlyMap<string, ResultEffects>,
): Parameters<typeof decideResult>[3] {
  const { original } = command;
  if (original === undefined) return undefined;
  const inBatch = effects.get(keyOf(original.command.commandId));
  const shares = sharesOf(
    inBatch?.result.reply ??
      original.result?.reply ?? { answers: original.command.commandId, result: undefined },
  );
  return shares && { command: original.command, shares };
}

function batchOf(
  effects: readonly ResultEffects[],
  dead: readonly DeadLetterRow[],
  signedBy: ReadonlyMap<string, string>,
  topicPrefix: string,
): Omit<ResultBatch, 'moves'> {
  const topic = factTopic(topicPrefix);
  return {
    results: effects.map(({ command, result, replyBytes }) => ({
      commandId: command.commandId,
      outcome: result.outcome,
      reply: replyBytes,
    })),
    freed: effects.flatMap((effect) => effect.freed),
    facts: effects.flatMap(({ fact, command }): OutboxRow[] =>
      fact
        ? [
            {
              topic,
              key: idToText(command.commandId),
              partition: null,
              kind: 'fact',
              payload: SettlementFact.encode(withContentHash(fact)).finish(),
              traceParent: null,
            },
          ]
        : [],
    ),
    audit: effects.map(({ command, result }) => ({
      by: auditRegion(provinceOf(command.homePool), signedBy.get(keyOf(command.commandId)) ?? ''),
      action: AUDIT_ACTIONS[result.outcome],
      object: `settlement:${idToText(command.commandId)}`,
    })),
    dead: [...dead],
  };
}

const AUDIT_ACTIONS: Readonly<Record<CommandResult['outcome'], string>> = {
  1: 'settled',
  2: 'refused',
  3: 'rolled-back',
  4: 'expired',
  5: 'reversed',
};

/** Where the id of the signing key stands in a record's signature header (security: record-header.ts). */
const KEY_ID = { from: 1, until: 9 } as const;

function signingKeyOf(message: Incoming): string {
  const header = message.headers[HEADER.signature];
  return header === undefined ? '' : Buffer.from(header.subarray(KEY_ID.from, KEY_ID.until)).toString('hex');
}

function deadLetter(message: Incoming, reasonCode: string, reason: string, parks = true): DeadLetterRow {
  return {
    topic: message.topic,
    partition: message.partition,
    offset: message.offset,
    key: message.key,
    headers: message.headers,
    payload: message.payload,
    reasonCode,
    reason,
    parks,
  };
}

function keyOf(commandId: Uint8Array): string {
  return asBuffer(commandId).toString('latin1');
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
