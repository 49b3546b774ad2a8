import type { Database, Queryable } from '@yijie/postgres';
import type { Incoming } from './contract.ts';
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

/** Processes one message again, outside the stream: its effects are stored when it resolves with ok. */
export type ProcessAgain = (message: Incoming) => Promise<{ ok: true } | { ok: false; cause: string }>;

export interface Closing {
  readonly deadLetterId: number;
  /** Who closes it: a person or certificate, for the audit trail. */
  readonly by: string;
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
 * processed stays processed (the inbox knows it), so repeating it changes nothing more.
 */
export async function redriveDeadLetter(
  database: Database,
  process: ProcessAgain,
  closing: Closing,
): Promise<RedriveResult> {
  const letter = await findDeadLetter(database, closing.deadLetterId);
  if (letter === undefined || letter.state !== 'WAITING') return { result: 'ALREADY_CLOSED', unparked: 0 };
  const outcome = await process(incomingOf(letter));
  if (!outcome.ok) return { result: 'STILL_FAILING', cause: outcome.cause, unparked: 0 };
  return unparkAndClose(database, process, closing, 'REDRIVEN');
}

/** Gives the message up; what was parked behind it goes on. */
export async function dropDeadLetter(
  database: Database,
  process: ProcessAgain,
  closing: Closing,
): Promise<RedriveResult> {
  const letter = await findDeadLetter(database, closing.deadLetterId);
  if (letter === undefined || letter.state !== 'WAITING') return { result: 'ALREADY_CLOSED', unparked: 0 };
  return unparkAndClose(database, process, closing, 'DROPPED');
}

/** Ends when, with the dead letter locked against new parking, nothing is parked behind it any more. */
async function unparkAndClose(
  database: Database,
  process: ProcessAgain,
  closing: Closing,
  state: 'REDRIVEN' | 'DROPPED',
): Promise<RedriveResult> {
  let unparked = 0;
  for (;;) {
    const next = await firstParked(database, closing.deadLetterId);
    if (next !== undefined) {
      const outcome = await process(next.message);
      if (!outcome.ok) return { result: 'STILL_FAILING', cause: outcome.cause, unparked };
      await database.query('DELETE FROM exchange_parked WHERE parked_id = $1', [next.parkedId]);
      unparked += 1;
      continue;
    }
    const closed = await database.transaction(async (tx) => {
      // Parking takes the row FOR SHARE, so nothing can be parked between this look and the update.
      await tx.query('SELECT 1 FROM exchange_dead_letter WHERE dead_letter_id = $1 FOR UPDATE', [
        closing.deadLetterId,
      ]);
      if ((await firstParked(tx, closing.deadLetterId)) !== undefined) return false;
      await tx.query(
        `UPDATE exchange_dead_letter SET state = $2, closed_at_ms = $3, closed_by = $4, closed_reason = $5
          WHERE dead_letter_id = $1 AND state = 'WAITING'`,
        [closing.deadLetterId, state, closing.nowMs, closing.by, closing.reason],
      );
      return true;
    });
    if (closed) return { result: 'PROCESSED', unparked };
  }
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
  const message = incomingOf({
    topic: row.topic,
    partition: row.partition,
    offset: row.log_offset,
    key: row.key,
    headers: headersFromJson(row.headers),
    payload: row.payload,
    atMs: row.at_ms,
  });
  return { parkedId: row.parked_id, message: { ...message, signedBy: row.signed_by } };
}

function incomingOf(
  letter: Pick<DeadLetterWhole, 'topic' | 'partition' | 'offset' | 'key' | 'headers' | 'payload' | 'atMs'>,
): Incoming {
  const header = (name: string): string | undefined => {
    const value = letter.headers[name];
    return value === undefined ? undefined : Buffer.from(value).toString('utf8');
  };
  return {
    topic: letter.topic,
    partition: letter.partition,
    offset: letter.offset,
    key: letter.key,
    kind: header(HEADER.kind) ?? '',
    payload: letter.payload,
    signedBy: header(HEADER.region) ?? '',
    traceParent: header(HEADER.trace) ?? null,
    headers: letter.headers,
    appendedAtMs: letter.atMs,
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
