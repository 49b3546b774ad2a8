import { Command, Reply } from '@yijie/contracts/exchange';
import type { StatementPart } from '@yijie/exchange';
import { byteaArray, int2Array, int4Array, int8Array, textArray } from '@yijie/postgres';
import type { Claim, Outcome, StoredCommand } from '../core/command.ts';
import { placeholders } from './statement.ts';

/** Parts of the statements that store accepted commands and their results. */

/** A command with the bytes in which it is sent. */
export interface NewCommand extends StoredCommand {
  readonly messageBytes: Uint8Array | undefined;
}

export function encodeCommand(message: Command): Uint8Array {
  return Command.encode(message).finish();
}

export const commandPart: StatementPart<readonly NewCommand[]> = {
  parameterCount: 14,
  sql: (first) => {
    const $ = placeholders(first, 14);
    return `commands AS (
      INSERT INTO command (command_id, institution_code, call, idempotency_key, body_hash, sequence, visit_id,
                           person_token, home_pool, original_id, total_fen, message, accepted_at_ms, expires_at_ms)
      SELECT * FROM unnest(${$[0]}::bytea[], ${$[1]}::text[], ${$[2]}::int2[], ${$[3]}::text[], ${$[4]}::bytea[],
                           ${$[5]}::int8[], ${$[6]}::bytea[], ${$[7]}::text[], ${$[8]}::text[], ${$[9]}::bytea[],
                           ${$[10]}::int8[], ${$[11]}::bytea[], ${$[12]}::int8[], ${$[13]}::int8[]))`;
  },
  params: (rows) => [
    byteaArray(rows.map((row) => row.commandId)),
    textArray(rows.map((row) => row.institutionCode)),
    int2Array(rows.map((row) => row.call)),
    textArray(rows.map((row) => row.key)),
    byteaArray(rows.map((row) => row.bodyHash ?? null)),
    int8Array(rows.map((row) => row.sequence)),
    byteaArray(rows.map((row) => row.visitId ?? null)),
    textArray(rows.map((row) => row.personToken)),
    textArray(rows.map((row) => row.homePool)),
    byteaArray(rows.map((row) => row.originalId ?? null)),
    int8Array(rows.map((row) => row.totalFen)),
    byteaArray(rows.map((row) => row.messageBytes ?? null)),
    int8Array(rows.map((row) => row.acceptedAtMs)),
    int8Array(rows.map((row) => row.expiresAtMs)),
  ],
};

export interface BillRow {
  readonly commandId: Buffer;
  /** The SettleRequest as it arrived. */
  readonly bytes: Uint8Array;
}

export const billPart: StatementPart<readonly BillRow[]> = {
  parameterCount: 2,
  sql: (first) => `bills AS (
    INSERT INTO settlement_bill (command_id, bytes)
    SELECT * FROM unnest($${first}::bytea[], $${first + 1}::bytea[]))`,
  params: (rows) => [byteaArray(rows.map((row) => row.commandId)), byteaArray(rows.map((row) => row.bytes))],
};

export const claimPart: StatementPart<readonly Claim[]> = {
  parameterCount: 3,
  sql: (first) => `claims AS (
    INSERT INTO claim (kind, subject, command_id)
    SELECT * FROM unnest($${first}::int2[], $${first + 1}::bytea[], $${first + 2}::bytea[]))`,
  params: claimParams,
};

/** Frees claims that are still held by the command named. */
export const freedClaimPart: StatementPart<readonly Claim[]> = {
  parameterCount: 3,
  sql: (first) => `freed AS (
    DELETE FROM claim c USING unnest($${first}::int2[], $${first + 1}::bytea[], $${first + 2}::bytea[])
           AS f(kind, subject, command_id)
     WHERE c.kind = f.kind AND c.subject = f.subject AND c.command_id = f.command_id)`,
  params: claimParams,
};

function claimParams(rows: readonly Claim[]): unknown[] {
  return [
    int2Array(rows.map((row) => row.kind)),
    byteaArray(rows.map((row) => row.subject)),
    byteaArray(rows.map((row) => row.commandId)),
  ];
}

export interface ResultRow {
  readonly commandId: Buffer;
  readonly outcome: Outcome;
  /** yijie.exchange.v1.Reply */
  readonly reply: Uint8Array;
}

export const resultPart: StatementPart<{ readonly rows: readonly ResultRow[]; readonly nowMs: number }> = {
  parameterCount: 4,
  sql: (first) => `results AS (
    INSERT INTO command_result (command_id, outcome, reply, stored_at_ms)
    SELECT command_id, outcome, reply, $${first + 3}::int8
      FROM unnest($${first}::bytea[], $${first + 1}::int2[], $${first + 2}::bytea[]) AS r(command_id, outcome, reply))`,
  params: ({ rows, nowMs }) => [
    byteaArray(rows.map((row) => row.commandId)),
    int2Array(rows.map((row) => row.outcome)),
    byteaArray(rows.map((row) => row.reply)),
    nowMs,
  ],
};

export function encodeReply(reply: Reply): Uint8Array {
  return Reply.encode(reply).finish();
}

export interface VisitGuard {
  readonly visitId: Buffer;
  readonly version: number;
}

/**
 * Holds the visits that were decided on and counts those that are as they were read (`held`). A change that commits
 * first is waited for and then found by its version; one that comes later waits and then finds the claim.
 */
export const heldVisitPart: StatementPart<readonly VisitGuard[]> = {
  parameterCount: 2,
  sql: (first) => `held AS MATERIALIZED (
    SELECT v.visit_id
      FROM unnest($${first}::bytea[], $${first + 1}::int4[]) AS g(visit_id, version)
      JOIN visit v ON v.visit_id = g.visit_id AND v.version = g.version
       FOR SHARE OF v)`,
  params: (rows) => [byteaArray(rows.map((row) => row.visitId)), int4Array(rows.map((row) => row.version))],
};

export interface DischargingVisit extends VisitGuard {
  readonly dischargeDate: string;
  readonly dischargeDiagnosis: string;
}

/** Discharges that come with the settlement; counted like `held`. */
export const dischargedVisitPart: StatementPart<readonly DischargingVisit[]> = {
  parameterCount: 4,
  sql: (first) => `discharged AS (
    UPDATE visit v
       SET version = v.version + 1, stay_open = false, discharge_date = g.discharge_date::date,
           discharge_diagnosis = g.discharge_diagnosis
      FROM unnest($${first}::bytea[], $${first + 1}::int4[], $${first + 2}::text[], $${first + 3}::text[])
           AS g(visit_id, version, discharge_date, discharge_diagnosis)
     WHERE v.visit_id = g.visit_id AND v.version = g.version
    RETURNING v.visit_id)`,
  params: (rows) => [
    byteaArray(rows.map((row) => row.visitId)),
    int4Array(rows.map((row) => row.version)),
    textArray(rows.map((row) => row.dischargeDate)),
    textArray(rows.map((row) => row.dischargeDiagnosis)),
  ],
};
