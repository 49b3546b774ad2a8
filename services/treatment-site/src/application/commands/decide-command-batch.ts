import { localDateAt } from '@yijie/calendar';
import type { CatalogueIndex } from '@yijie/catalogue';
import { type Reply, type Reversed, Reversed_Result } from '@yijie/contracts/exchange';
import { type Refusal, refuse } from '@yijie/errors';
import { type OutboxRow, requestTopic } from '@yijie/exchange';
import { type Ids, idToText } from '@yijie/runtime';
import { CALL, type CommandResult, claimOf, OUTCOME, type StoredCommand } from '../../core/command.ts';
import { carriesIdentityNumber } from '../../core/identity-scan.ts';
import type { Institution } from '../../core/institution.ts';
import { decideRefund } from '../../core/refund.ts';
import { checkReversal, reversalKnownHere } from '../../core/reversal.ts';
import { decideSettle } from '../../core/settle.ts';
import type { SettlementInstant } from '../../core/settlement-instant.ts';
import { encodeCommand, encodeReply } from '../../repositories/command-parts.ts';
import type { KnownCommand } from '../../repositories/load-commands.ts';
import type { AcceptedBatch } from '../../repositories/save-commands.ts';
import { newId } from '../ids.ts';
import {
  type Acceptation,
  type CommandItem,
  type RefundItem,
  type ReverseItem,
  refused,
  type SettleItem,
} from './command-item.ts';
import type { LoadedItem } from './load-command-batch.ts';
import { type Acceptance, newRefund, newReversal, newSettlement, tombstone } from './new-command.ts';

/** What decisions depend on beside what was loaded. */
export interface DecisionOptions {
  readonly ids: Ids;
  readonly indexFor: (institutionCode: string) => CatalogueIndex;
  /** A result partition that this replica reads at this moment, or -1. */
  readonly replyPartition: () => number;
  /** When a settlement accepted at an instant says it settled. */
  readonly settlementInstant: SettlementInstant;
  readonly topicPrefix: string;
  readonly commandLifeMs: number;
}

/** An item with the ids that it keeps through every try, so that a lost acknowledgement is recognised. */
export interface Entry {
  readonly item: CommandItem;
  readonly commandId: Buffer;
}

export interface Plan extends AcceptedBatch {
  readonly answers: Acceptation[];
  /** Commands whose answer is awaited. */
  readonly sent: KnownCommand[];
}

/**
 * Decides the items of a batch one after another, so that a later one sees what an earlier one did: a second settlement
 * of a visit finds its claim, a reversal finds its original.
 */
export class BatchDecision {
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
  private readonly options: DecisionOptions;
  private readonly nowMs: number;
  private readonly isOutboxFull: boolean;
  private sequence: number;
  private readonly newByKey = new Map<string, KnownCommand>();
  private readonly newClaims = new Map<string, Buffer>();

  constructor(options: DecisionOptions, nowMs: number, sequence: number, isOutboxFull: boolean) {
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
    if (carriesIdentityNumber(item.bytes)) return refused(refuse('FRM-IDENTITY', { field: 'lines' }));
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
      newId(this.options.ids),
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
    // The message's own number, so that every repeat gets the same bytes.
    const messageId = idToText(known.command.commandId);
    return refused({ ...refuse('REV-ROLLEDBACK', { messageId }), diagnosisId: messageId });
  }
  if (!bodyHash.equals(item.bodyHash)) return refused(refuse('KEY-REUSED', { key: item.key }));
  return { kind: 'known', known, repeated: true };
}

function keyOf(institution: Institution, call: number, key: string): string {
  return `${institution.institutionCode}\0${call}\0${key}`;
}
