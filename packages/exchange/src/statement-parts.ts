import { byteaArray, int4Array, int8Array, textArray } from '@yijie/postgres';
import type { DeadLetterRow, InsertedOutboxRow, OffsetMove, OutboxRow, ParkedRow } from './contract.ts';

/**
 * Parts of a service's single statement per batch: each is a list of CTEs with its parameters numbered from `first`,
 * and a function that gives the parameter values in that order. All of them are data-modifying, so PostgreSQL runs
 * them whether or not the rest of the statement refers to them.
 */
export interface StatementPart<Rows> {
  /** CTE definitions, without the leading WITH and without a trailing comma. */
  sql(first: number): string;
  readonly parameterCount: number;
  params(rows: Rows): unknown[];
}

/**
 * Inserts messages. The CTE `outbox` returns (outbox_id, mine) in the order of the rows. A row is mine to publish at
 * once unless a row of its key waits elsewhere: then the sweeper sends it in its turn, so that a person's messages
 * keep their order over all replicas.
 */
export const outboxPart: StatementPart<{ rows: readonly OutboxRow[]; owner: number; nowMs: number }> = {
  parameterCount: 8,
  sql: (first) => {
    const [topic, key, partition, kind, payload, trace, owner, now] = numbered(first, 8);
    return `outbox AS (
      INSERT INTO exchange_outbox (owner, topic, key, partition, kind, payload, trace_parent, created_at_ms)
      SELECT CASE WHEN ahead.waits THEN NULL ELSE ${owner}::int8 END,
             i.topic, i.key, i.partition, i.kind, i.payload, i.trace_parent, ${now}::int8
        FROM unnest(${topic}::text[], ${key}::text[], ${partition}::int4[], ${kind}::text[], ${payload}::bytea[],
                    ${trace}::text[]) WITH ORDINALITY AS i(topic, key, partition, kind, payload, trace_parent, position)
        -- One look-up per row: an EXISTS would be planned as a hash over the whole outbox, however long it is.
        LEFT JOIN LATERAL (
          SELECT true AS waits FROM exchange_outbox o
           WHERE o.key = i.key AND o.owner IS DISTINCT FROM ${owner}::int8 LIMIT 1) ahead ON true
       ORDER BY i.position
      RETURNING outbox_id, owner IS NOT NULL AS mine)`;
  },
  params: ({ rows, owner, nowMs }) => [
    textArray(rows.map((row) => row.topic)),
    textArray(rows.map((row) => row.key)),
    int4Array(rows.map((row) => row.partition)),
    textArray(rows.map((row) => row.kind)),
    byteaArray(rows.map((row) => row.payload)),
    textArray(rows.map((row) => row.traceParent)),
    owner,
    nowMs,
  ],
};

/** Pairs the rows with what `SELECT outbox_id, mine FROM outbox ORDER BY outbox_id` returned. */
export function insertedRows(
  rows: readonly OutboxRow[],
  returned: readonly { outbox_id: number; mine: boolean }[],
): InsertedOutboxRow[] {
  if (rows.length !== returned.length)
    throw new Error(`${rows.length} messages, ${returned.length} outbox rows`);
  return rows.map((row, index) => {
    const { outbox_id: outboxId, mine } = returned[index] as { outbox_id: number; mine: boolean };
    return { ...row, outboxId, mine };
  });
}

/** Moves the reading positions, or fails the statement with constraint `exchange_offset_stale`. */
export const offsetPart: StatementPart<readonly OffsetMove[]> = {
  parameterCount: 4,
  sql: (first) => {
    const [topic, partition, expected, next] = numbered(first, 4);
    return `offsets AS (
      UPDATE exchange_offset o SET next_offset = exchange_move(o.next_offset, m.expected, m.next)
        FROM unnest(${topic}::text[], ${partition}::int4[], ${expected}::int8[], ${next}::int8[])
             AS m(topic, partition, expected, next)
       WHERE o.topic = m.topic AND o.partition = m.partition
      RETURNING 1)`;
  },
  params: (moves) => [
    textArray(moves.map((move) => move.topic)),
    int4Array(moves.map((move) => move.partition)),
    int8Array(moves.map((move) => move.expected)),
    int8Array(moves.map((move) => move.next)),
  ],
};

/** Keeps messages that can't be processed. Storing one twice changes nothing. */
export const deadLetterPart: StatementPart<{ rows: readonly DeadLetterRow[]; nowMs: number }> = {
  parameterCount: 10,
  sql: (first) => {
    const [topic, partition, offset, key, headers, payload, code, reason, parks, now] = numbered(first, 10);
    return `dead_letters AS (
      INSERT INTO exchange_dead_letter
             (topic, partition, log_offset, key, headers, payload, reason_code, reason, parks, at_ms)
      SELECT topic, partition, log_offset, key, headers::jsonb, payload, reason_code, reason, parks, ${now}::int8
        FROM unnest(${topic}::text[], ${partition}::int4[], ${offset}::int8[], ${key}::text[], ${headers}::text[],
                    ${payload}::bytea[], ${code}::text[], ${reason}::text[], ${parks}::bool[])
             AS d(topic, partition, log_offset, key, headers, payload, reason_code, reason, parks)
      ON CONFLICT (topic, partition, log_offset) DO NOTHING
      RETURNING 1)`;
  },
  params: ({ rows, nowMs }) => [
    textArray(rows.map((row) => row.topic)),
    int4Array(rows.map((row) => row.partition)),
    int8Array(rows.map((row) => row.offset)),
    textArray(rows.map((row) => row.key)),
    textArray(rows.map((row) => headersToJson(row.headers))),
    byteaArray(rows.map((row) => row.payload)),
    textArray(rows.map((row) => row.reasonCode)),
    textArray(rows.map((row) => row.reason)),
    rows.map((row) => row.parks),
    nowMs,
  ],
};

/**
 * Lets commands wait behind a dead letter of the same person; one that is sent again while it waits, waits once. Fails the statement with constraint
 * `exchange_dead_letter_closed` when that was closed meanwhile: decide again.
 */
export const parkPart: StatementPart<{ rows: readonly ParkedRow[]; nowMs: number }> = {
  parameterCount: 9,
  sql: (first) => {
    const [dead, topic, partition, offset, key, headers, payload, signedBy, now] = numbered(first, 9);
    return `waiting_dead_letters AS MATERIALIZED (
      SELECT dead_letter_id FROM exchange_dead_letter
       WHERE dead_letter_id = ANY (${dead}::int8[]) AND state = 'WAITING' FOR SHARE),
    parked AS (
      INSERT INTO exchange_parked (dead_letter_id, topic, partition, log_offset, key, headers, payload, signed_by, at_ms)
      SELECT exchange_waiting(w.dead_letter_id), p.topic, p.partition, p.log_offset, p.key, p.headers::jsonb,
             p.payload, p.signed_by, ${now}::int8
        FROM unnest(${dead}::int8[], ${topic}::text[], ${partition}::int4[], ${offset}::int8[], ${key}::text[],
                    ${headers}::text[], ${payload}::bytea[], ${signedBy}::text[]) WITH ORDINALITY
             AS p(dead_letter_id, topic, partition, log_offset, key, headers, payload, signed_by, position)
        LEFT JOIN waiting_dead_letters w USING (dead_letter_id)
       WHERE NOT EXISTS (
             SELECT 1 FROM exchange_parked known
              WHERE known.key = p.key AND known.dead_letter_id = p.dead_letter_id AND known.payload = p.payload)
       ORDER BY p.position
      ON CONFLICT (topic, partition, log_offset) DO NOTHING
      RETURNING 1)`;
  },
  params: ({ rows, nowMs }) => [
    int8Array(rows.map((row) => row.deadLetterId)),
    textArray(rows.map((row) => row.message.topic)),
    int4Array(rows.map((row) => row.message.partition)),
    int8Array(rows.map((row) => row.message.offset)),
    textArray(rows.map((row) => row.message.key)),
    textArray(rows.map((row) => headersToJson(row.message.headers))),
    byteaArray(rows.map((row) => row.message.payload)),
    textArray(rows.map((row) => row.message.signedBy)),
    nowMs,
  ],
};

/** Header values are bytes; they are kept as base64, so that nothing is lost. */
export function headersToJson(headers: Readonly<Record<string, Uint8Array>>): string {
  return JSON.stringify(
    Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
    ),
  );
}

export function headersFromJson(json: Readonly<Record<string, string>>): Record<string, Uint8Array> {
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
  );
}

function numbered(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `$${first + index}`);
}
