import type { Bus, ReceivedBatch, Subscription } from '@yijie/bus';
import { createBatcher, type Database } from '@yijie/postgres';
import type { Logger } from '@yijie/runtime';
import type { RecordVerifier } from '@yijie/security';
import type { DeadLetterRow, Incoming, IntakeBatch, OffsetMove } from './contract.ts';
import { openRecord } from './open-record.ts';

/** `stored`: the moves were part of the handler's statement. `nothing-to-store`: the database's positions stay. */
export type IntakeOutcome = 'stored' | 'nothing-to-store';

export interface IntakeOptions {
  readonly bus: Bus;
  readonly database: Database;
  readonly verifier: RecordVerifier;
  readonly logger: Logger;
  readonly topics: readonly string[];
  readonly groupId: string;
  /** Messages that one call of `handle` gets at most; a partition's batch is never split. */
  readonly batchMax?: number;
  /**
   * Stores the effects, the dead letters and the moves in one statement. All partitions read at that moment come as
   * one batch; messages of a key are in order. When it rejects, the same messages come again.
   */
  handle(batch: IntakeBatch): Promise<IntakeOutcome>;
  onAssignment?(owned: ReadonlyMap<string, readonly number[]>): void;
  /** Told how far reading is behind, per partition. */
  onLag?(topic: string, partition: number, lag: number): void;
}

export interface Intake {
  owned(topic: string): readonly number[];
  close(): Promise<void>;
}

/**
 * Reads topics with the database's positions (exchange_offset). What another replica has read meanwhile makes the
 * statement fail with a conflict; the bus then delivers again from the position the database holds.
 */
export async function startIntake(options: IntakeOptions): Promise<Intake> {
  const positions = new Positions(options.database);
  const batcher = createBatcher<PartitionBatch, void>({
    // Counted in partition batches; the bus bounds how many messages each has.
    batchMax: 32,
    flush: async (parts) => {
      const batch = mergeParts(parts);
      const outcome = await options.handle(batch);
      for (const part of parts) positions.read(part.move, outcome === 'stored');
      return parts.map(() => undefined);
    },
  });

  const subscription: Subscription = await options.bus.subscribe({
    topics: options.topics,
    groupId: options.groupId,
    startOffset: (topic, partition) => positions.load(topic, partition),
    onBatch: async (batch) => {
      const part = openBatch(options, positions, batch);
      if (part === undefined) return;
      await batcher.add(part);
      options.onLag?.(batch.topic, batch.partition, Number(batch.highWatermark) - part.move.next);
    },
    ...(options.onAssignment ? { onAssignment: options.onAssignment } : {}),
  });

  return {
    owned: (topic) => subscription.owned(topic),
    close: () => subscription.close(),
  };
}

interface PartitionBatch {
  readonly messages: readonly Incoming[];
  readonly dead: readonly DeadLetterRow[];
  readonly move: OffsetMove;
}

function openBatch(
  options: IntakeOptions,
  positions: Positions,
  batch: ReceivedBatch,
): PartitionBatch | undefined {
  const { topic, partition } = batch;
  const position = positions.of(topic, partition);
  const fresh = batch.records.filter((record) => Number(record.offset) >= position.read);
  const [first, last] = [fresh[0], fresh[fresh.length - 1]];
  if (first === undefined || last === undefined) return undefined;
  if (Number(first.offset) > position.read && position.read > 0) {
    // The log lost records before they were read (retention, or a log that was restored): senders send again what
    // has no answer, and this line is the alarm.
    options.logger.error('log-gap', {
      topic,
      partition,
      expected: position.read,
      found: Number(first.offset),
    });
  }
  const messages: Incoming[] = [];
  const dead: DeadLetterRow[] = [];
  for (const record of fresh) {
    const opened = openRecord(options.verifier, topic, partition, record);
    if (opened.ok) messages.push(opened.message);
    else dead.push(opened.dead);
  }
  return {
    messages,
    dead,
    move: { topic, partition, expected: position.stored, next: Number(last.offset) + 1 },
  };
}

function mergeParts(parts: readonly PartitionBatch[]): IntakeBatch {
  return {
    messages: parts.flatMap((part) => part.messages),
    dead: parts.flatMap((part) => part.dead),
    moves: parts.map((part) => part.move),
  };
}

/** Where each partition's reading stands in the database, and how far memory has read past that. */
class Positions {
  private readonly database: Database;
  private readonly known = new Map<string, { stored: number; read: number }>();

  constructor(database: Database) {
    this.database = database;
  }

  /** Makes the row first and then reads it: a row that isn't there can't be locked or moved. */
  async load(topic: string, partition: number): Promise<bigint> {
    await this.database.query(
      'INSERT INTO exchange_offset (topic, partition, next_offset) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING',
      [topic, partition],
    );
    const { rows } = await this.database.query<{ next_offset: number }>(
      'SELECT next_offset FROM exchange_offset WHERE topic = $1 AND partition = $2',
      [topic, partition],
    );
    const stored = rows[0]?.next_offset ?? 0;
    this.known.set(`${topic}/${partition}`, { stored, read: stored });
    return BigInt(stored);
  }

  of(topic: string, partition: number): { readonly stored: number; readonly read: number } {
    const position = this.known.get(`${topic}/${partition}`);
    if (position === undefined) throw new Error(`${topic}/${partition} was delivered before it was assigned`);
    return position;
  }

  read(move: OffsetMove, stored: boolean): void {
    const position = this.known.get(`${move.topic}/${move.partition}`);
    if (position === undefined) return;
    position.read = move.next;
    if (stored) position.stored = move.next;
  }
}
