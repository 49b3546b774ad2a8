import { refuse } from '@yijie/errors';
import type { OutboxRelay } from '@yijie/exchange';
import { releaseOutboxRows } from '@yijie/exchange';
import { classifyFailure, createBatcher, type Database } from '@yijie/postgres';
import type { Clock, Logger } from '@yijie/runtime';
import { saveCommands } from '../../repositories/save-commands.ts';
import type { FlushMetrics } from '../flush-metrics.ts';
import { newId } from '../ids.ts';
import { type Acceptation, type CommandItem, refused } from './command-item.ts';
import type { CommandsInFlight } from './commands-in-flight.ts';
import { BatchDecision, type DecisionOptions, type Entry, type Plan } from './decide-command-batch.ts';
import { type LoadedBatch, type LoadedItem, loadCommandBatch } from './load-command-batch.ts';

export interface CommandAcceptor {
  /** Callers of one key at the same time share one acceptance. */
  accept(item: CommandItem): Promise<Acceptation>;
  idle(): Promise<void>;
}

export interface CommandAcceptorOptions extends DecisionOptions {
  readonly database: Database;
  readonly relay: OutboxRelay;
  readonly inFlight: CommandsInFlight;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: FlushMetrics;
  readonly batchMax: number;
  /** Unsent messages from which new settlements and refunds are refused; reversals and queries pass. */
  readonly outboxRowsMax: number;
}

/** Tries of a whole batch before its items are tried one by one. */
const BATCH_TRIES = 5;
const UNKNOWN_TRIES = 8;
const UNKNOWN_PAUSE_MS = 150;

export function createCommandAcceptor(options: CommandAcceptorOptions): CommandAcceptor {
  return new Acceptor(options);
}

class Acceptor implements CommandAcceptor {
  private readonly options: CommandAcceptorOptions;
  private readonly byKey = new Map<string, { bodyHash: Buffer; accepted: Promise<Acceptation> }>();
  private readonly batcher;

  constructor(options: CommandAcceptorOptions) {
    this.options = options;
    this.batcher = createBatcher<Entry, Acceptation>({
      batchMax: options.batchMax,
      flush: (entries) => options.metrics.timed(entries.length, () => this.acceptBatch(entries)),
    });
  }

  async accept(item: CommandItem): Promise<Acceptation> {
    const key = `${item.institution.institutionCode}\0${item.call}\0${item.key}`;
    for (;;) {
      const running = this.byKey.get(key);
      if (running === undefined) break;
      const accepted = await running.accepted;
      if (running.bodyHash.equals(item.bodyHash))
        return accepted.kind === 'known' ? { ...accepted, repeated: true } : accepted;
      if (accepted.kind !== 'refused') return refused(refuse('KEY-REUSED', { key: item.key }));
    }
    const accepted = this.batcher.add({ item, commandId: newId(this.options.ids) });
    this.byKey.set(key, { bodyHash: item.bodyHash, accepted });
    try {
      return await accepted;
    } finally {
      this.byKey.delete(key);
    }
  }

  idle(): Promise<void> {
    return this.batcher.idle();
  }

  private async acceptBatch(entries: readonly Entry[]): Promise<Acceptation[]> {
    let conflicts = 0;
    let unknowns = 0;
    /** From the first save on, what can't be looked up may have been stored. */
    let mayBeStored = false;
    for (;;) {
      try {
        const plan = await this.decideBatch(entries, mayBeStored);
        if (plan.commands.length === 0) return plan.answers;
        mayBeStored = true;
        await this.save(plan);
        return plan.answers;
      } catch (error) {
        const failure = classifyFailure(error);
        if (failure.kind === 'unknown') {
          unknowns += 1;
          this.options.logger.warn('database-unreachable', { attempt: unknowns, cause: error as Error });
          if (unknowns > UNKNOWN_TRIES) return entries.map(() => unanswered(mayBeStored));
          await this.options.clock.sleep(UNKNOWN_PAUSE_MS * unknowns);
        } else if (failure.kind === 'fault' || ++conflicts >= BATCH_TRIES) {
          if (entries.length === 1) throw error;
          return await this.acceptOneByOne(entries);
        }
      }
    }
  }

  /** So that one that can't be stored fails alone. */
  private async acceptOneByOne(entries: readonly Entry[]): Promise<Acceptation[]> {
    const answers: Acceptation[] = [];
    for (const entry of entries) {
      try {
        answers.push(...(await this.acceptBatch([entry])));
      } catch (error) {
        this.options.logger.error('accept-failed', { call: entry.item.call, cause: error as Error });
        answers.push({ kind: 'unknown' });
      }
    }
    return answers;
  }

  private async save(plan: Plan): Promise<void> {
    const { database, relay, clock, inFlight } = this.options;
    const inserted = await saveCommands(database, plan, { owner: relay.owner, nowMs: clock.now() });
    for (const known of plan.sent) inFlight.track(known);
    relay.publish(inserted);
  }

  private async decideBatch(entries: readonly Entry[], afterUnknown: boolean): Promise<Plan> {
    const loaded = await loadCommandBatch(
      this.options.database,
      entries.map((entry) => entry.item),
    );
    if (afterUnknown) await this.releaseOwn(entries, loaded);
    const { relay, clock, outboxRowsMax } = this.options;
    const batch = new BatchDecision(
      this.options,
      clock.now(),
      loaded.sequence,
      relay.backlog().rows >= outboxRowsMax,
    );
    for (const [index, entry] of entries.entries()) batch.decide(entry, loaded.items[index] as LoadedItem);
    return batch.plan;
  }

  /** Messages of commands that turn out to be stored after all wait in the outbox and in nobody's memory. */
  private async releaseOwn(entries: readonly Entry[], loaded: LoadedBatch): Promise<void> {
    const persons = entries.flatMap((entry, index) => {
      const known = loaded.items[index]?.known;
      return known?.command.commandId.equals(entry.commandId) ? [known.command.personToken] : [];
    });
    if (persons.length > 0) await releaseOutboxRows(this.options.database, this.options.relay.owner, persons);
  }
}

/** Never refused once it may have been stored: the same key asked again will tell. */
function unanswered(mayBeStored: boolean): Acceptation {
  return mayBeStored ? { kind: 'unknown' } : refused(refuse('SYS-UNAVAILABLE', { part: 'database' }));
}
