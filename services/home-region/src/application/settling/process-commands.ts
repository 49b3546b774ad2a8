import type {
  DeadLetterRow,
  Incoming,
  IntakeBatch,
  IntakeOutcome,
  OffsetMove,
  OutboxRelay,
} from '@yijie/exchange';
import { releaseOutboxRows } from '@yijie/exchange';
import { classifyFailure, type Database } from '@yijie/postgres';
import { type Clock, type Ids, idToText, type Logger, startSteps, type Tracing } from '@yijie/runtime';
import { refused } from '../../core/settling/answer.ts';
import type { Command } from '../../core/settling/command.ts';
import {
  type BatchDecision,
  type Decision,
  decideCommands,
  type LogPlace,
} from '../../core/settling/decide-commands.ts';
import type { HomeRules } from '../../core/settling/settle.ts';
import { keepDeadLetters } from '../../repositories/dead-letters.ts';
import { type LoadedBatch, loadState } from '../../repositories/settling/load-state.ts';
import {
  type BatchEffects,
  prepareEffects,
  storeEffects,
} from '../../repositories/settling/store-effects.ts';
import { readCommand } from '../../wire/read-command.ts';
import { readSettled } from '../../wire/write-answer.ts';
import { batchEffects } from './batch-effects.ts';
import type { CommandMetrics } from './command-metrics.ts';
import { createReplyRoutes, type ReplyRoutes } from './reply-routes.ts';
import { stateRequest } from './state-request.ts';

export interface CommandProcessor {
  /** A batch of the request topic: decided, stored in one statement, published. */
  process(batch: IntakeBatch): Promise<IntakeOutcome>;
  /** One message outside the stream: a dead letter, or what was parked behind it. */
  processAgain(message: Incoming): Promise<{ ok: true } | { ok: false; cause: string }>;
  /**
   * Answers a command that is given up with a final refusal, so that no copy of it takes effect later. A message that
   * isn't a command, or that has its answer, stays as it is.
   */
  giveUp(message: Incoming): Promise<void>;
}

export interface CommandProcessorParts {
  readonly database: Database;
  readonly relay: OutboxRelay;
  readonly rules: HomeRules;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly metrics: CommandMetrics;
  readonly topicPrefix: string;
  readonly tracing?: Tracing | undefined;
  /** Partitions of a result topic. */
  partitions(topic: string): Promise<number>;
}

/** Another replica that is in the way is gone after a moment, or this one is a zombie and its offsets say so. */
const CONFLICTS_MAX = 5;
const COMMANDS_MAX = 500;

export function createCommandProcessor(parts: CommandProcessorParts): CommandProcessor {
  return new Processor(parts);
}

interface Work {
  /** In the order of the log. */
  readonly commands: readonly Command[];
  readonly messages: ReadonlyMap<Command, Incoming>;
  readonly dead: readonly DeadLetterRow[];
  readonly moves: readonly OffsetMove[];
  /** Processed again by hand: nothing is parked, a command that can't be decided is reported. */
  readonly again: boolean;
}

class Processor implements CommandProcessor {
  readonly #parts: CommandProcessorParts;
  readonly #routes: ReplyRoutes;

  constructor(parts: CommandProcessorParts) {
    this.#parts = parts;
    this.#routes = createReplyRoutes(parts);
  }

  async process(batch: IntakeBatch): Promise<IntakeOutcome> {
    const { relay, metrics, clock } = this.#parts;
    await relay.room();
    const began = clock.monotonic();
    for (const work of slices(await this.#read(batch))) {
      try {
        await this.#finish(work);
      } catch (error) {
        if (!isOfOneCommand(error)) throw error;
        await this.#isolate(work, error as Error);
      }
    }
    metrics.flushed(batch.messages.length, clock.monotonic() - began);
    return 'stored';
  }

  async processAgain(message: Incoming): Promise<{ ok: true } | { ok: false; cause: string }> {
    // It was in time when it was first read, and that is what counts.
    const read = readCommand(message, message.appendedAtMs);
    if (!read.ok) return { ok: false, cause: `${read.reasonCode}: ${read.reason}` };
    const { command } = read;
    try {
      await this.#finish({
        commands: [command],
        messages: new Map([[command, message]]),
        dead: [],
        moves: [],
        again: true,
      });
      return { ok: true };
    } catch (error) {
      if (error instanceof PoisonError || isOfOneCommand(error))
        return { ok: false, cause: (error as Error).message };
      throw error;
    }
  }

  async giveUp(message: Incoming): Promise<void> {
    const read = readCommand(message, message.appendedAtMs);
    if (!read.ok) return;
    const { command } = read;
    const work: Work = { commands: [command], messages: new Map(), dead: [], moves: [], again: true };
    const loaded = await this.#load(work);
    if (loaded.replies.has(command.key)) return;
    const answer = refused('DLQ-FAILED');
    const decisions: Decision[] = [{ command, effect: { kind: 'final', outcome: 'REFUSED', answer } }];
    const { database, relay } = this.#parts;
    await this.#routes.learn([command]);
    try {
      const effects = this.#effects(work, loaded, decisions);
      relay.publish(await storeEffects(database, prepareEffects(relay.owner, effects)));
    } catch (error) {
      // Answered meanwhile by somebody else: that answer stands.
      if (classifyFailure(error).kind !== 'conflict') throw error;
    }
  }

  /** Messages become commands; those that can't are kept before anything else, so that they hold their person up. */
  async #read(batch: IntakeBatch): Promise<Work> {
    const { clock, database, metrics } = this.#parts;
    const nowMs = clock.now();
    const messages = new Map<Command, Incoming>();
    const unreadable: DeadLetterRow[] = [];
    for (const message of batch.messages) {
      const read = readCommand(message, nowMs);
      if (read.ok) messages.set(read.command, message);
      else unreadable.push(deadLetter(message, read.reasonCode, read.reason));
    }
    if (unreadable.length > 0) {
      await keepDeadLetters(database, unreadable, nowMs);
      metrics.deadLetters(unreadable);
    }
    metrics.deadLetters(batch.dead);
    return { commands: [...messages.keys()], messages, dead: batch.dead, moves: batch.moves, again: false };
  }

  /** Load, decide, save, publish; again when another replica was there first. */
  async #finish(work: Work): Promise<void> {
    const traces = work.commands.map((command) => command.traceParent);
    const end = startSteps(this.#parts.tracing, 'home-region.commands', traces);
    try {
      await this.#decideAndStore(work);
      end('OK');
    } catch (error) {
      end('ERROR');
      throw error;
    }
  }

  async #decideAndStore(work: Work): Promise<void> {
    const { database, relay, logger } = this.#parts;
    for (let attempt = 1; ; attempt += 1) {
      const loaded = await this.#load(work);
      const decided = this.#decide(work, loaded);
      if (!decided.ok) {
        await this.#keepPoison(work, decided.poison, decided.cause);
        continue;
      }
      await this.#routes.learn(work.commands);
      const { effects, prepared } = this.#prepare(work, loaded, decided.decisions);
      try {
        relay.publish(await storeEffects(database, prepared));
        this.#parts.metrics.decided(decided.decisions);
        return;
      } catch (error) {
        const failure = classifyFailure(error);
        if (failure.kind === 'unknown') await this.#afterUnknown(effects, error as Error);
        // The same messages come again from where the database stands.
        const stale = failure.kind === 'conflict' && failure.constraint === 'exchange_offset_stale';
        const retriable = failure.kind === 'conflict' || (failure.kind === 'unknown' && work.again);
        if (stale || !retriable || attempt >= CONFLICTS_MAX) throw error;
        logger.info('commands.decided-again', {
          attempt,
          count: work.commands.length,
          cause: error as Error,
        });
      }
    }
  }

  #effects(
    { messages, dead, moves }: Work,
    { replies }: LoadedBatch,
    decisions: readonly Decision[],
  ): BatchEffects {
    const { ids, topicPrefix, clock } = this.#parts;
    const nowMs = clock.now();
    const batch = { decisions, messages, replies, nowMs };
    return { ...batchEffects({ ids, topicPrefix, routes: this.#routes }, batch), dead, moves };
  }

  #prepare(work: Work, loaded: LoadedBatch, decisions: readonly Decision[]) {
    try {
      const effects = this.#effects(work, loaded, decisions);
      return { effects, prepared: prepareEffects(this.#parts.relay.owner, effects) };
    } catch (cause) {
      throw new UnstorableError(cause as Error);
    }
  }

  #load(work: Work): Promise<LoadedBatch> {
    const requests = work.commands.map((command) => stateRequest(this.#parts.rules.policies, command));
    return loadState(this.#parts.database, requests, readSettled);
  }

  #decide(work: Work, loaded: LoadedBatch): BatchDecision {
    const placeOf = work.again ? undefined : (command: Command) => work.messages.get(command) as LogPlace;
    return decideCommands(this.#parts.rules, loaded.state, work.commands, { placeOf });
  }

  /** The core can't decide it: it is kept with its cause, and its person's later commands wait behind it. */
  async #keepPoison(work: Work, poison: Command, cause: Error): Promise<void> {
    const { database, clock, logger, metrics } = this.#parts;
    logger.error('command.dead-letter', { messageId: idToText(poison.id), cause });
    metrics.invariantBroken();
    if (work.again) throw new PoisonError(cause);
    const row = deadLetter(work.messages.get(poison) as Incoming, 'DLQ-FAILED', cause.message);
    await keepDeadLetters(database, [row], clock.now());
    metrics.deadLetters([row]);
  }

  /**
   * Whether the commit happened isn't known. If it did, its messages lie in the outbox under this replica's number but
   * not in its memory: the sweeper gets them. If it didn't, everything comes again.
   */
  async #afterUnknown(effects: BatchEffects, cause: Error): Promise<void> {
    const { clock, database, relay, logger } = this.#parts;
    logger.warn('commands.outcome-unknown', { cause });
    const keys = [...new Set(effects.messages.map((message) => message.key))];
    for (let waitMs = 50; ; waitMs = Math.min(2 * waitMs, 2_000)) {
      try {
        await releaseOutboxRows(database, relay.owner, keys);
        return;
      } catch (error) {
        logger.warn('outbox.release-failed', { cause: error as Error });
        await clock.sleep(waitMs);
      }
    }
  }

  /** The database refuses the batch as a whole: one command at a time shows which one, and that one is kept apart. */
  async #isolate(work: Work, cause: Error): Promise<void> {
    this.#parts.logger.error('commands.one-at-a-time', { count: work.commands.length, cause });
    for (const command of work.commands) {
      const single: Work = { ...work, commands: [command], dead: [], moves: [] };
      try {
        await this.#finish(single);
      } catch (error) {
        if (!isOfOneCommand(error)) throw error;
        await this.#keepPoison(work, command, error as Error);
        await this.#finish(single);
      }
    }
    await this.#finish({ ...work, commands: [] });
  }
}

/** A decision whose effects can't be written down. */
class UnstorableError extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}

/**
 * Whether one command of the batch is at fault: its effects can't be written, or the database refuses the data (class
 * 22 or 23). Everything else, a missing table or a slow server, concerns all commands: they come again.
 */
function isOfOneCommand(error: unknown): boolean {
  if (error instanceof UnstorableError) return true;
  const { code } = error as { code?: unknown };
  return classifyFailure(error).kind === 'fault' && typeof code === 'string' && /^2[23]/.test(code);
}

/** After an outage much comes at once: so many commands a statement, the positions with the last. */
function slices(work: Work): Work[] {
  if (work.commands.length <= COMMANDS_MAX) return [work];
  const made: Work[] = [];
  for (let from = 0; from < work.commands.length; from += COMMANDS_MAX) {
    const isLast = from + COMMANDS_MAX >= work.commands.length;
    const commands = work.commands.slice(from, from + COMMANDS_MAX);
    made.push(isLast ? { ...work, commands } : { ...work, commands, dead: [], moves: [] });
  }
  return made;
}

/** A command, processed by hand, that the core can't decide. */
class PoisonError extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}

function deadLetter(message: Incoming, reasonCode: string, reason: string): DeadLetterRow {
  const { topic, partition, offset, key, headers, payload } = message;
  // One province can't stop another's people: what it may not say holds nobody up.
  return {
    topic,
    partition,
    offset,
    key,
    headers,
    payload,
    reasonCode,
    reason,
    parks: reasonCode !== 'SIG-REGION',
  };
}
