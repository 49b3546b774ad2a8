import type { PublishRecord } from '@yijie/bus';

/** Kinds of message, in the header `kind`. */
export type MessageKind = 'command' | 'question' | 'reply' | 'fact';

/** A message as a transaction writes it to the outbox. */
export interface OutboxRow {
  readonly topic: string;
  /** Person token, or settlement id for facts: the unit of order. */
  readonly key: string;
  /** Chosen partition, for replies. */
  readonly partition: number | null;
  readonly kind: MessageKind;
  readonly payload: Uint8Array;
  readonly traceParent: string | null;
}

/** What the insert returned: whether the fast path may publish it. */
export interface InsertedOutboxRow extends OutboxRow {
  readonly outboxId: number;
  /** False when an older row of the key is unsent elsewhere: the sweeper sends it in its turn. */
  readonly mine: boolean;
}

/** A record read from the bus whose signature and envelope are in order. */
export interface Incoming {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly kind: string;
  readonly payload: Uint8Array;
  /** Province whose signature it carries. */
  readonly signedBy: string;
  readonly traceParent: string | null;
  readonly headers: PublishRecord['headers'];
  readonly appendedAtMs: number;
}

/** A record that can't be processed, kept whole. */
export interface DeadLetterRow {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly headers: PublishRecord['headers'];
  readonly payload: Uint8Array;
  readonly reasonCode: string;
  readonly reason: string;
  /** Whether later state-changing commands of the same key wait behind it. */
  readonly parks: boolean;
}

/** A command that waits behind a dead letter of the same person. */
export interface ParkedRow {
  readonly deadLetterId: number;
  readonly message: Incoming;
}

/** How far one partition's reading moves with a batch; `expected` is where the database stood. */
export interface OffsetMove {
  readonly topic: string;
  readonly partition: number;
  readonly expected: number;
  readonly next: number;
}

/** Everything one statement of a service has to store of a batch it read. */
export interface IntakeBatch {
  readonly messages: readonly Incoming[];
  /** Records refused by signature or envelope: to be stored with the effects. */
  readonly dead: readonly DeadLetterRow[];
  readonly moves: readonly OffsetMove[];
}
