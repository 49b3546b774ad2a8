import type { Database, Queryable } from '@yijie/postgres';
import { type AuditActor, auditColumns, auditInsert, type RecordVerifier } from '@yijie/security';
import type { Incoming } from './contract.ts';
import { type Opened, openRecord } from './open-record.ts';
import { HEADER } from './record-headers.ts';
import { headersFromJson } from './statement-parts.ts';

export interface DeadLetterView {
  readonly deadLetterId: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly reasonCode: string;
  readonly reason: string;
  readonly atMs: number;
  readonly state: 'WAITING' | 'REDRIVEN' | 'DROPPED';
  readonly parkedBehind: number;
}

export interface DeadLetterWhole extends DeadLetterView {
  readonly key: string;
  readonly headers: Readonly<Record<string, Uint8Array>>;
  readonly payload: Uint8Array;
}

/** How a service processes messages outside the stream. */
export interface Reprocessing {
  /** A record is believed no more than when it first came: its signature is checked again. */
  readonly verifier: RecordVerifier;
  /** Processes one message; its effects are stored when it resolves with ok. */
  process(message: Incoming): Promise<{ ok: true } | { ok: false; cause: string }>;
  /** Answers a message that is given up, so that no copy of it takes effect later. */
  giveUp?(message: Incoming): Promise<void>;
}

export interface Closing {
  readonly deadLetterId: number;
  /** Who closes it: a row of the audit trail in the transaction that does. */
  readonly by: AuditActor;
  readonly reason: string;
  readonly nowMs: number;
}

export type RedriveResult =
  | { readonly result: 'PROCESSED'; readonly unparked: number }
  | { readonly result: 'STILL_FAILING'; readonly cause: string; readonly unparked: number }
  | { readonly result: 'ALREADY_CLOSED'; readonly unparked: 0 };

const VIEW = `
  SELECT d.dead_letter_id, d.topic, d.partition, d.log_offset, d.reason_code, d.reason, d.at_ms, d.state,
         d.key, d.headers, d.payload,
         (SELECT count(*)::int FROM exchange_parked p WHERE p.dead_letter_id = d.dead_letter_id) AS parked_behind
    FROM exchange_dead_letter d`;

/** Oldest first. `after` is the last id of the page before. */
export async function listDeadLetters(
  database: Queryable,
  page: { readonly after: number; readonly size: number; readonly includeClosed: boolean },
): Promise<DeadLetterView[]> {
  const { rows } = await database.query<Row>(
    `${VIEW} WHERE d.dead_letter_id > $1 AND (d.state = 'WAITING' OR $2) ORDER BY d.dead_letter_id LIMIT $3`,
    [page.after, page.includeClosed, page.size],
  );
  return rows.map(viewOf);
}

export async function findDeadLetter(
  database: Queryable,
  deadLetterId: number,
): Promise<DeadLetterWhole | undefined> {
  const { rows } = await database.query<Row>(`${VIEW} WHERE d.dead_letter_id = $1`, [deadLetterId]);
  const row = rows[0];
  return row === undefined
    ? undefined
    : { ...viewOf(row), key: row.key, headers: headersFromJson(row.headers), payload: row.payload };
}

/**
 * Processes the message again, then in order what was parked behind it. Stops at the first that fails; what was
 * processed stays processed (the inbox knows it), so repeating it changes nothing more. A record whose signature
 * isn't in order keeps failing, whatever its headers say.
 */
export async function redriveDeadLetter(
  database: Database,
  reprocessing: Reprocessing,
  closing: Closing,
): Promise<RedriveResult> {
  const letter = await findDeadLetter(database, closing.deadLetterId);
  if (letter === undefined || letter.state !== 'WAITING') return ALREADY_CLOSED;
  const opened = openAgain(reprocessing, letter);
  if (!opened.ok) {
    const { reasonCode, reason } = opened.dead;
    return { result: 'STILL_FAILING', cause: `${reasonCode}: ${reason}`, unparked: 0 };
  }
  const outcome = await reprocessing.process(opened.message);
  if (!outcome.ok) return { result: 'STILL_FAILING', cause: outcome.cause, unparked: 0 };
  return unparkAndClose(database, reprocessing, closing, 'REDRIVEN');
}

/** Gives the message up; what was parked behind it goes on. Nobody is answered for a record that nobody signed. */
export async function dropDeadLetter(
  database: Database,
  reprocessing: Reprocessing,
  closing: Closing,
): Promise<RedriveResult> {
  const letter = await findDeadLetter(database, closing.deadLetterId);
  if (letter === undefined || letter.state !== 'WAITING') return ALREADY_CLOSED;
  const opened = openAgain(reprocessing, letter);
  if (opened.ok) await reprocessing.giveUp?.(opened.message);
  return unparkAndClose(database, reprocessing, closing, 'DROPPED');
}

const ALREADY_CLOSED = { result: 'ALREADY_CLOSED', unparked: 0 } as const;

/** Ends when, with the dead letter locked against new parking, nothing is parked behind it any more. */
async function unparkAndClose(
  database: Database,
  reprocessing: Reprocessing,
  closing: Closing,
  state: 'REDRIVEN' | 'DROPPED',
): Promise<RedriveResult> {
  let unparked = 0;
  for (;;) {
    const next = await firstParked(database, closing.deadLetterId);
    if (next !== undefined) {
      const outcome = await reprocessing.process(next.message);
      if (!outcome.ok) return { result: 'STILL_FAILING', cause: outcome.cause, unparked };
      await database.query('DELETE FROM exchange_parked WHERE parked_id = $1', [next.parkedId]);
      unparked += 1;
      continue;
    }
    const closed = await database.transaction((tx) => close(tx, closing, state));
    if (closed === 'closed') return { result: 'PROCESSED', unparked };
    if (closed === 'by-another') return ALREADY_CLOSED;
  }
}

async function close(
  tx: Queryable,
  { deadLetterId, by, reason, nowMs }: Closing,
  state: 'REDRIVEN' | 'DROPPED',
): Promise<'closed' | 'by-another' | 'more-is-parked'> {
  // Parking takes the row FOR SHARE, so nothing can be parked between this look and the update.
  const { rows } = await tx.query<Pick<Row, 'state'>>(
    'SELECT state FROM exchange_dead_letter WHERE dead_letter_id = $1 FOR UPDATE',
    [deadLetterId],
  );
  if (rows[0]?.state !== 'WAITING') return 'by-another';
  if ((await firstParked(tx, deadLetterId)) !== undefined) return 'more-is-parked';
  await tx.query(
    `UPDATE exchange_dead_letter SET state = $2, closed_at_ms = $3, closed_by = $4, closed_reason = $5
      WHERE dead_letter_id = $1`,
    [deadLetterId, state, nowMs, by.actor, reason],
  );
  const action = state === 'DROPPED' ? 'dead-letter.drop' : 'dead-letter.redrive';
  await tx.query(
    auditInsert(1),
    auditColumns([{ ...by, atMs: nowMs, action, object: `dead-letter:${deadLetterId}` }]),
  );
  return 'closed';
}

function openAgain(
  { verifier }: Reprocessing,
  { topic, partition, offset, key, headers, payload, atMs }: DeadLetterWhole,
): Opened {
  const record = { offset: BigInt(offset), key, value: payload, headers, timestampMs: atMs };
  return openRecord(verifier, topic, partition, record);
}

async function firstParked(
  database: Queryable,
  deadLetterId: number,
): Promise<{ parkedId: number; message: Incoming } | undefined> {
  const { rows } = await database.query<Row & { parked_id: number; signed_by: string }>(
    `SELECT parked_id, topic, partition, log_offset, key, headers, payload, signed_by, at_ms
       FROM exchange_parked WHERE dead_letter_id = $1 ORDER BY parked_id LIMIT 1`,
    [deadLetterId],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  const headers = headersFromJson(row.headers);
  const header = (name: string) => {
    const value = headers[name];
    return value === undefined ? undefined : Buffer.from(value).toString('utf8');
  };
  return {
    parkedId: row.parked_id,
    message: {
      topic: row.topic,
      partition: row.partition,
      offset: row.log_offset,
      key: row.key,
      kind: header(HEADER.kind) ?? '',
      payload: row.payload,
      // Only what had been verified was parked.
      signedBy: row.signed_by,
      traceParent: header(HEADER.trace) ?? null,
      headers,
      appendedAtMs: row.at_ms,
    },
  };
}

interface Row {
  readonly dead_letter_id: number;
  readonly topic: string;
  readonly partition: number;
  readonly log_offset: number;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Buffer;
  readonly reason_code: string;
  readonly reason: string;
  readonly at_ms: number;
  readonly state: DeadLetterView['state'];
  readonly parked_behind: number;
}

function viewOf(row: Row): DeadLetterView {
  return {
    deadLetterId: row.dead_letter_id,
    topic: row.topic,
    partition: row.partition,
    offset: row.log_offset,
    reasonCode: row.reason_code,
    reason: row.reason,
    atMs: row.at_ms,
    state: row.state,
    parkedBehind: row.parked_behind,
  };
}
