import { localDateAt } from '@yijie/calendar';
import type { BillLine, CatalogueIndex } from '@yijie/catalogue';
import type { Reply, Reversed } from '@yijie/contracts/exchange';
import { Reversed_Result } from '@yijie/contracts/exchange';
import { type Refusal, refuse } from '@yijie/errors';
import { type OutboxRelay, type OutboxRow, requestTopic } from '@yijie/exchange';
import { classifyFailure, createBatcher, type Database } from '@yijie/postgres';
import type { Clock, Ids, Logger } from '@yijie/runtime';
import { idToText } from '@yijie/runtime';
import type { AuditActor } from '@yijie/security';
import { CALL, type CommandResult, claimOf, OUTCOME, type StoredCommand } from '../core/command.ts';
import type { Institution } from '../core/institution.ts';
import { decideRefund } from '../core/refund.ts';
import { checkReversal, reversalKnownHere } from '../core/reversal.ts';
import { decideSettle, linesToLoad, type SettleStatement } from '../core/settle.ts';
import type { SettlementInstant } from '../core/settlement-instant.ts';
import { encodeCommand, encodeReply } from '../repositories/command-parts.ts';
import {
  type KnownCommand,
  type LoadedRefund,
  type LoadedReversal,
  type LoadedSettle,
  loadRefunds,
  loadReversals,
  loadSettles,
  nextSequence,
} from '../repositories/load-commands.ts';
import { releaseOutboxRows } from '../repositories/outbox.ts';
import { type AcceptedBatch, saveCommands } from '../repositories/save-commands.ts';
import { loadUploads } from '../repositories/visit-calls.ts';
import { countingLines } from './charge-lines.ts';
import type { CommandsInFlight } from './commands-in-flight.ts';
import type { FlushMetrics } from './flush-metrics.ts';
import { type Acceptance, newRefund, newReversal, newSettlement, tombstone } from './new-command.ts';

interface ItemCommon {
  readonly institution: Institution;
  readonly key: string;
  readonly bodyHash: Buffer;
  readonly audit: AuditActor;
  readonly traceParent: string | null;
}

export interface SettleItem extends ItemCommon {
  readonly call: typeof CALL.settle;
  readonly visitId: Buffer | undefined;
  readonly statement: SettleStatement;
  /** The request as it arrived: the stored bill. */
  readonly bytes: Buffer;
}

export interface RefundItem extends ItemCommon {
  readonly call: typeof CALL.refund;
  readonly settlementId: Buffer | undefined;
  readonly settlementIdText: string;
  readonly reason: string;
}

export interface ReverseItem extends ItemCommon {
  readonly call: typeof CALL.reverse;
  readonly originalCall: number;
  readonly originalKey: string;
}

export type CommandItem = SettleItem | RefundItem | ReverseItem;

/** `unknown`: the database went away around the commit; the same key asked again will tell. */
export type Acceptation =
  | { readonly kind: 'known'; readonly known: KnownCommand; readonly repeated: boolean }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'unknown' };

export interface CommandAcceptor {
  /** Callers of one key at the same time share one acceptance. */
  accept(item: CommandItem): Promise<Acceptation>;
  idle(): Promise<void>;
}

export interface CommandAcceptorOptions {
  readonly database: Database;
  readonly relay: OutboxRelay;
  readonly inFlight: CommandsInFlight;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly metrics: FlushMetrics;
  readonly indexFor: (institutionCode: string) => CatalogueIndex;
  /** A result partition that this replica reads at this moment, or -1. */
  readonly replyPartition: () => number;
  readonly topicPrefix: string;
  readonly settlementInstant: SettlementInstant;
  readonly commandLifeMs: number;
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

/** An item with the ids that it keeps through every try, so that a lost acknowledgement is recognised. */
interface Entry {
  readonly item: CommandItem;
  readonly commandId: Buffer;
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
    const accepted = this.batcher.add({ item, commandId: asBuffer(this.options.ids.next()) });
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
    const loaded = await this.loadBatch(entries);
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

  private async loadBatch(entries: readonly Entry[]): Promise<LoadedBatch> {
    const { database } = this.options;
    const settles = entries.map(({ item }) => item).filter((item) => item.call === CALL.settle);
    const refunds = entries.map(({ item }) => item).filter((item) => item.call === CALL.refund);
    const reversals = entries.map(({ item }) => item).filter((item) => item.call === CALL.reverse);
    const [sequence, loadedSettles, loadedRefunds, loadedReversals] = await Promise.all([
      nextSequence(database),
      settles.length === 0 ? [] : loadSettles(database, settles.map(withCode)),
      refunds.length === 0 ? [] : loadRefunds(database, refunds.map(withCode)),
      reversals.length === 0 ? [] : loadReversals(database, reversals.map(withCode)),
    ]);
    const storedLines = await this.loadStoredLines(settles, loadedSettles);
    const next = { [CALL.settle]: 0, [CALL.refund]: 0, [CALL.reverse]: 0 };
    const rows = {
      [CALL.settle]: loadedSettles,
      [CALL.refund]: loadedRefunds,
      [CALL.reverse]: loadedReversals,
    };
    const items = entries.map(({ item }): LoadedItem => {
      const at = next[item.call]++;
      const row = rows[item.call][at] as LoadedSettle & LoadedRefund & LoadedReversal;
      return { ...row, storedLines: row.visit && storedLines.get(row.visit.visitId.toString('latin1')) };
    });
    return { sequence, items };
  }

  private async loadStoredLines(
    items: readonly SettleItem[],
    loaded: readonly LoadedSettle[],
  ): Promise<ReadonlyMap<string, BillLine[]>> {
    const visitIds = items.flatMap((item, index) => {
      const visit = loaded[index]?.visit;
      return visit !== undefined && linesToLoad(visit, item.statement) ? [visit.visitId] : [];
    });
    const lines = new Map<string, BillLine[]>(visitIds.map((id) => [id.toString('latin1'), []]));
    for (const upload of await loadUploads(this.options.database, visitIds)) {
      lines.get(upload.visitId.toString('latin1'))?.push(...countingLines(upload.bytes, upload.ranges));
    }
    return lines;
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

type LoadedItem = {
  readonly known: KnownCommand | undefined;
  readonly storedLines: readonly BillLine[] | undefined;
} & Omit<LoadedSettle, 'known'> &
  Omit<LoadedRefund, 'known'>;

interface LoadedBatch {
  readonly sequence: number;
  readonly items: readonly LoadedItem[];
}

interface Plan extends AcceptedBatch {
  readonly answers: Acceptation[];
  /** Commands whose answer is awaited. */
  readonly sent: KnownCommand[];
}

/**
 * Decides the items of a batch one after another, so that a later one sees what an earlier one did: a second settlement
 * of a visit finds its claim, a reversal finds its original.
 */
class BatchDecision {
  readonly plan = {
    answers: [] as Acceptation[],
    sent: [] as KnownCommand[],
    commands: [] as AcceptedBatch['commands'][number][],
    bills: [] as AcceptedBatch['bills'][number][],
    claims: [] as AcceptedBatch['claims'][number][],
    results: [] as AcceptedBatch['results'][number][],
    held: [] as AcceptedBatch['held'][number][],
    discharging: [] as AcceptedBatch['discharging'][number][],
    outbox: [] as OutboxRow[],
    audit: [] as AcceptedBatch['audit'][number][],
  } satisfies Plan;
  private readonly options: CommandAcceptorOptions;
  private readonly nowMs: number;
  private readonly isOutboxFull: boolean;
  private sequence: number;
  private readonly newByKey = new Map<string, KnownCommand>();
  private readonly newClaims = new Map<string, Buffer>();

  constructor(options: CommandAcceptorOptions, nowMs: number, sequence: number, isOutboxFull: boolean) {
    this.options = options;
    this.nowMs = nowMs;
    this.sequence = sequence;
    this.isOutboxFull = isOutboxFull;
  }

  decide(entry: Entry, loaded: LoadedItem): void {
    this.plan.answers.push(this.decideOne(entry, loaded));
  }

  /** The order of the checks is part of the contract: idempotency, room, form, state, money. */
  private decideOne(entry: Entry, loaded: LoadedItem): Acceptation {
    const { item } = entry;
    const known = loaded.known ?? this.newByKey.get(keyOf(item.institution, item.call, item.key));
    if (known) return repeat(item, known);
    if (this.isOutboxFull && item.call !== CALL.reverse) return refused(refuse('OUT-FULL'));
    switch (item.call) {
      case CALL.settle:
        return this.decideSettle(entry, item, loaded);
      case CALL.refund:
        return this.decideRefund(entry, item, loaded);
      case CALL.reverse:
        return this.decideReverse(entry, item, loaded);
    }
  }

  private decideSettle(entry: Entry, item: SettleItem, loaded: LoadedItem): Acceptation {
    const { visit } = loaded;
    const claimed = visit && this.newClaims.get(`1${visit.visitId.toString('latin1')}`);
    const decision = decideSettle(item.statement, {
      visit: visit && claimed ? { ...visit, claim: { commandId: claimed, isSettled: false } } : visit,
      storedLines: loaded.storedLines,
      index: this.options.indexFor(item.institution.institutionCode),
      today: localDateAt(this.nowMs),
      idText: idToText,
    });
    if (!decision.ok) return refused(decision);
    const command = newSettlement(decision, item.statement, item.institution, this.acceptance(entry));
    this.plan.bills.push({ commandId: command.commandId, bytes: item.bytes });
    const guard = { visitId: decision.visit.visitId, version: decision.visit.version };
    if (decision.discharges && decision.dischargeDate !== undefined) {
      this.plan.discharging.push({
        ...guard,
        dischargeDate: decision.dischargeDate,
        dischargeDiagnosis: item.statement.dischargeDiagnosisCode,
      });
    } else {
      this.plan.held.push(guard);
    }
    return this.send(item, { command, result: undefined, original: undefined }, 'settle');
  }

  private decideRefund(entry: Entry, item: RefundItem, loaded: LoadedItem): Acceptation {
    const { target } = loaded;
    const claimed = target && this.newClaims.get(`2${target.command.commandId.toString('latin1')}`);
    const decision = decideRefund(
      item.reason,
      target && {
        settlementId: target.command.commandId,
        totalFen: target.command.totalFen,
        isSettled: target.result?.outcome === OUTCOME.settled,
        refund: claimed ? { commandId: claimed, isSettled: false } : loaded.refund,
        claimOfVisit: loaded.visitClaim,
      },
      { idText: idToText, settlementIdText: item.settlementIdText },
    );
    if (!decision.ok || target === undefined) return refused(decision as Refusal);
    const command = newRefund(target.command, item.reason, item.institution, this.acceptance(entry));
    return this.send(item, { command, result: undefined, original: target }, 'refund');
  }

  private decideReverse(entry: Entry, item: ReverseItem, loaded: LoadedItem): Acceptation {
    const malformed = checkReversal(item.originalCall, item.originalKey);
    if (malformed) return refused(malformed);
    const originalKey = keyOf(item.institution, item.originalCall, item.originalKey);
    const target = loaded.target ?? this.newByKey.get(originalKey);
    if (target === undefined) return this.layTombstone(entry, item, originalKey);
    const reversed = reversalKnownHere(target.command, target.result);
    const command = newReversal(
      target.command,
      item.institution,
      this.acceptance(entry),
      reversed === undefined,
    );
    if (reversed === undefined) {
      return this.send(item, { command, result: undefined, original: target }, 'reverse');
    }
    return this.finish(item, command, reversed, target);
  }

  /** The original never arrived: from now on it can't take effect. */
  private layTombstone(entry: Entry, item: ReverseItem, originalKey: string): Acceptation {
    const acceptance = this.acceptance(entry);
    const original = tombstone(
      asBuffer(this.options.ids.next()),
      item.originalCall as StoredCommand['call'],
      item.originalKey,
      item.institution,
      acceptance,
    );
    const reply: Reply = { answers: original.commandId, result: { $case: 'rolledBack', rolledBack: {} } };
    const result: CommandResult = { outcome: OUTCOME.rolledBack, reply };
    this.plan.commands.push({ ...original, messageBytes: undefined });
    this.plan.results.push({
      commandId: original.commandId,
      outcome: result.outcome,
      reply: encodeReply(reply),
    });
    const known: KnownCommand = { command: original, result, original: undefined };
    this.newByKey.set(originalKey, known);
    const reversed: Reversed = {
      result: Reversed_Result.ROLLED_BACK,
      originalCommandId: original.commandId,
      settled: undefined,
    };
    return this.finish(item, newReversal(original, item.institution, acceptance, false), reversed, known);
  }

  private send(item: CommandItem, known: KnownCommand, action: string): Acceptation {
    const { command } = known;
    if (command.message === undefined) throw new TypeError('a command without a message was to be sent');
    const messageBytes = encodeCommand(command.message);
    this.plan.commands.push({ ...command, messageBytes });
    this.plan.outbox.push({
      topic: requestTopic(command.homePool, this.options.topicPrefix),
      key: command.personToken,
      partition: null,
      kind: 'command',
      payload: messageBytes,
      traceParent: item.traceParent,
    });
    this.plan.sent.push(known);
    const claim = claimOf(command);
    if (claim) {
      this.plan.claims.push(claim);
      this.newClaims.set(`${claim.kind}${claim.subject.toString('latin1')}`, command.commandId);
    }
    return this.added(item, known, action);
  }

  private finish(
    item: ReverseItem,
    command: StoredCommand,
    reversed: Reversed,
    original: KnownCommand['original'],
  ): Acceptation {
    const reply: Reply = { answers: command.commandId, result: { $case: 'reversed', reversed } };
    const result: CommandResult = { outcome: OUTCOME.reversed, reply };
    this.plan.commands.push({ ...command, messageBytes: undefined });
    this.plan.results.push({
      commandId: command.commandId,
      outcome: result.outcome,
      reply: encodeReply(reply),
    });
    return this.added(item, { command, result, original }, 'reverse');
  }

  private added(item: CommandItem, known: KnownCommand, action: string): Acceptation {
    this.newByKey.set(keyOf(item.institution, item.call, item.key), known);
    this.plan.audit.push({
      by: item.audit,
      action,
      object: `settlement:${idToText(known.command.commandId)}`,
    });
    return { kind: 'known', known, repeated: false };
  }

  private acceptance({ item, commandId }: Entry): Acceptance {
    return {
      commandId,
      key: item.key,
      bodyHash: item.bodyHash,
      sequence: this.sequence++,
      nowMs: this.nowMs,
      settledAtMs: this.options.settlementInstant(this.nowMs),
      expiresAtMs: this.nowMs + this.options.commandLifeMs,
      replyPartition: this.options.replyPartition(),
    };
  }
}

function repeat(item: CommandItem, known: KnownCommand): Acceptation {
  const { bodyHash } = known.command;
  if (bodyHash === undefined) {
    return refused(refuse('REV-ROLLEDBACK', { messageId: idToText(known.command.commandId) }));
  }
  if (!bodyHash.equals(item.bodyHash)) return refused(refuse('KEY-REUSED', { key: item.key }));
  return { kind: 'known', known, repeated: true };
}

/** Never refused once it may have been stored: the same key asked again will tell. */
function unanswered(mayBeStored: boolean): Acceptation {
  return mayBeStored ? { kind: 'unknown' } : refused(refuse('SYS-UNAVAILABLE', { part: 'database' }));
}

function refused(refusal: Refusal): Acceptation {
  return { kind: 'refused', refusal };
}

function keyOf(institution: Institution, call: number, key: string): string {
  return `${institution.institutionCode}\0${call}\0${key}`;
}

function withCode<Item extends CommandItem>(item: Item): Item & { readonly institutionCode: string } {
  return { ...item, institutionCode: item.institution.institutionCode };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
