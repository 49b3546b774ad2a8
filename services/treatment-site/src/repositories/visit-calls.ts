import { localDate } from '@yijie/calendar';
import type { StatementPart } from '@yijie/exchange';
import {
  boolArray,
  byteaArray,
  int2Array,
  int4Array,
  int8Array,
  type Queryable,
  type Statement,
  textArray,
} from '@yijie/postgres';
import type { OpenStay } from '../core/admission.ts';
import type { LineRanges } from '../core/line-ranges.ts';
import type { Visit } from '../core/visit.ts';
import { type AuditRow, auditPart } from './audit-part.ts';
import { joinParts, placeholders } from './statement.ts';
import {
  encodeBill,
  encodeTerms,
  isStayOpen,
  VISIT_CLAIM_JOIN,
  VISIT_COLUMNS,
  type VisitRow,
  visitOf,
} from './visit-rows.ts';

/** The answer that a call of this key got before. */
export interface LocalAnswer {
  readonly bodyHash: Buffer;
  readonly answer: Buffer;
}

export interface LocalCallKey {
  readonly institutionCode: string;
  readonly call: number;
  readonly key: string;
}

const lockVisits: Statement = {
  name: 'treatment_lock_visits',
  sql: 'SELECT 1 FROM visit WHERE visit_id = ANY ($1::bytea[]) ORDER BY visit_id FOR UPDATE',
};

const loadCalls: Statement = {
  name: 'treatment_load_local_calls',
  sql: `
    SELECT l.body_hash, l.answer, ${VISIT_COLUMNS}
      FROM unnest($1::text[], $2::int2[], $3::text[], $4::bytea[]) WITH ORDINALITY
           AS i(institution_code, call, key, visit_id, position)
      LEFT JOIN local_call l ON l.institution_code = i.institution_code AND l.call = i.call
                            AND l.idempotency_key = i.key
      LEFT JOIN visit v ON v.visit_id = i.visit_id AND v.institution_code = i.institution_code ${VISIT_CLAIM_JOIN}
     ORDER BY i.position`,
};

export interface LoadedCall {
  readonly earlier: LocalAnswer | undefined;
  readonly visit: Visit | undefined;
}

/**
 * Locks the visits, then reads them with their claims: in that order, so that a settlement that was accepted before the
 * lock was had is seen. To be called inside a transaction.
 */
export async function lockAndLoadCalls(
  tx: Queryable,
  items: readonly (LocalCallKey & { readonly visitId: Buffer | undefined })[],
): Promise<LoadedCall[]> {
  const visitIds = items.flatMap((item) => item.visitId ?? []);
  if (visitIds.length > 0) await tx.query(lockVisits, [byteaArray(visitIds)]);
  const { rows } = await tx.query<VisitRow & { body_hash: Buffer | null; answer: Buffer | null }>(loadCalls, [
    textArray(items.map((item) => item.institutionCode)),
    int2Array(items.map((item) => item.call)),
    textArray(items.map((item) => item.key)),
    byteaArray(items.map((item) => item.visitId ?? null)),
  ]);
  return rows.map((row) => ({
    earlier:
      row.body_hash === null || row.answer === null
        ? undefined
        : { bodyHash: row.body_hash, answer: row.answer },
    visit: row.visit_id === null ? undefined : visitOf(row),
  }));
}

const openStays: Statement = {
  name: 'treatment_open_stays',
  sql: `
    SELECT v.visit_id, v.institution_code, v.person_token, v.local_admission_number, v.terms
      FROM visit v WHERE v.stay_open AND v.person_token = ANY ($1::text[])
    UNION
    SELECT v.visit_id, v.institution_code, v.person_token, v.local_admission_number, v.terms
      FROM unnest($2::text[], $3::text[]) AS n(institution_code, number)
      JOIN visit v ON v.stay_open AND v.institution_code = n.institution_code AND v.local_admission_number = n.number`,
};

/** Open stays of the persons, and of the admission numbers of their institutions. */
export async function loadOpenStays(
  tx: Queryable,
  persons: readonly string[],
  numbers: readonly { readonly institutionCode: string; readonly number: string }[],
  admissionDateOf: (terms: Buffer) => string,
): Promise<OpenStay[]> {
  const { rows } = await tx.query<{
    visit_id: Buffer;
    institution_code: string;
    person_token: string;
    local_admission_number: string;
    terms: Buffer;
  }>(openStays, [
    textArray(persons),
    textArray(numbers.map((entry) => entry.institutionCode)),
    textArray(numbers.map((entry) => entry.number)),
  ]);
  return rows.map((row) => ({
    visitId: row.visit_id,
    institutionCode: row.institution_code,
    personToken: row.person_token,
    localAdmissionNumber: row.local_admission_number,
    admissionDate: localDate(admissionDateOf(row.terms)),
  }));
}

export interface UploadRow {
  readonly visitId: Buffer;
  readonly uploadNo: number;
  readonly ranges: LineRanges;
  readonly bytes: Buffer;
}

const loadUploadsStatement: Statement = {
  name: 'treatment_load_uploads',
  sql: `SELECT visit_id, upload_no, line_ranges, bytes FROM charge_upload
         WHERE visit_id = ANY ($1::bytea[]) ORDER BY visit_id, upload_no`,
};

export async function loadUploads(tx: Queryable, visitIds: readonly Buffer[]): Promise<UploadRow[]> {
  if (visitIds.length === 0) return [];
  const { rows } = await tx.query<{
    visit_id: Buffer;
    upload_no: number;
    line_ranges: readonly number[];
    bytes: Buffer;
  }>(loadUploadsStatement, [byteaArray(visitIds)]);
  return rows.map((row) => ({
    visitId: row.visit_id,
    uploadNo: row.upload_no,
    ranges: row.line_ranges,
    bytes: row.bytes,
  }));
}

export interface LocalCallRow extends LocalCallKey {
  readonly bodyHash: Buffer;
  readonly answer: Uint8Array;
}

export interface NewVisit {
  readonly visit: Visit;
  readonly slipIdentity: Uint8Array | undefined;
}

export interface LocalBatch {
  readonly calls: readonly LocalCallRow[];
  readonly admitted: readonly NewVisit[];
  /** Visits in the state after the call. */
  readonly changed: readonly Visit[];
  readonly uploads: readonly UploadRow[];
  readonly remaining: readonly Omit<UploadRow, 'bytes'>[];
  readonly audit: readonly AuditRow[];
}

export const callPart: StatementPart<{ readonly rows: readonly LocalCallRow[]; readonly nowMs: number }> = {
  parameterCount: 6,
  sql: (first) => {
    const $ = placeholders(first, 6);
    return `calls AS (
      INSERT INTO local_call (institution_code, call, idempotency_key, body_hash, answer, at_ms)
      SELECT institution_code, call, key, body_hash, answer, ${$[5]}::int8
        FROM unnest(${$[0]}::text[], ${$[1]}::int2[], ${$[2]}::text[], ${$[3]}::bytea[], ${$[4]}::bytea[])
             AS c(institution_code, call, key, body_hash, answer))`;
  },
  params: ({ rows, nowMs }) => [
    textArray(rows.map((row) => row.institutionCode)),
    int2Array(rows.map((row) => row.call)),
    textArray(rows.map((row) => row.key)),
    byteaArray(rows.map((row) => row.bodyHash)),
    byteaArray(rows.map((row) => row.answer)),
    nowMs,
  ],
};

const admittedPart: StatementPart<{ readonly rows: readonly NewVisit[]; readonly nowMs: number }> = {
  parameterCount: 11,
  sql: (first) => {
    const $ = placeholders(first, 11);
    return `admitted AS (
      INSERT INTO visit (visit_id, version, institution_code, person_token, home_pool, local_admission_number, terms,
                         department, bed_number, slip_identity, stay_open, cancelled, discharge_diagnosis, line_count,
                         total_fen, line_ranges, totals, upload_count, admitted_at_ms)
      SELECT visit_id, 1, institution_code, person_token, home_pool, number, terms, department, bed, identity, stay_open,
             false, '', 0, 0, '{}', '', 0, ${$[10]}::int8
        FROM unnest(${$[0]}::bytea[], ${$[1]}::text[], ${$[2]}::text[], ${$[3]}::text[], ${$[4]}::text[],
                    ${$[5]}::bytea[], ${$[6]}::text[], ${$[7]}::text[], ${$[8]}::bytea[], ${$[9]}::bool[])
             AS n(visit_id, institution_code, person_token, home_pool, number, terms, department, bed, identity,
                  stay_open))`;
  },
  params: ({ rows, nowMs }) => [
    byteaArray(rows.map(({ visit }) => visit.visitId)),
    textArray(rows.map(({ visit }) => visit.institutionCode)),
    textArray(rows.map(({ visit }) => visit.personToken)),
    textArray(rows.map(({ visit }) => visit.homePool)),
    textArray(rows.map(({ visit }) => visit.localAdmissionNumber)),
    byteaArray(rows.map(({ visit }) => encodeTerms(visit))),
    textArray(rows.map(({ visit }) => visit.department)),
    textArray(rows.map(({ visit }) => visit.bedNumber)),
    byteaArray(rows.map(({ slipIdentity }) => slipIdentity ?? null)),
    boolArray(rows.map(({ visit }) => isStayOpen(visit))),
    nowMs,
  ],
};

/** The visits are locked, so that their versions need no guard here. */
const changedPart: StatementPart<readonly Visit[]> = {
  parameterCount: 16,
  sql: (first) => {
    const $ = placeholders(first, 16);
    return `changed AS (
      UPDATE visit v
         SET version = c.version, terms = c.terms, department = c.department, bed_number = c.bed,
             stay_open = c.stay_open, cancelled = c.cancelled, discharge_date = c.discharge_date::date,
             discharge_diagnosis = c.diagnosis, line_count = c.line_count, total_fen = c.total_fen,
             line_ranges = c.line_ranges::int4[], first_service_date = c.first_date::date,
             last_service_date = c.last_date::date, totals = c.totals, upload_count = c.upload_count
        FROM unnest(${$[0]}::bytea[], ${$[1]}::int4[], ${$[2]}::bytea[], ${$[3]}::text[], ${$[4]}::text[],
                    ${$[5]}::bool[], ${$[6]}::bool[], ${$[7]}::text[], ${$[8]}::text[], ${$[9]}::int4[],
                    ${$[10]}::int8[], ${$[11]}::text[], ${$[12]}::text[], ${$[13]}::text[], ${$[14]}::bytea[],
                    ${$[15]}::int4[])
             AS c(visit_id, version, terms, department, bed, stay_open, cancelled, discharge_date, diagnosis,
                  line_count, total_fen, line_ranges, first_date, last_date, totals, upload_count)
       WHERE v.visit_id = c.visit_id)`;
  },
  params: (rows) => [
    byteaArray(rows.map((visit) => visit.visitId)),
    int4Array(rows.map((visit) => visit.version)),
    byteaArray(rows.map(encodeTerms)),
    textArray(rows.map((visit) => visit.department)),
    textArray(rows.map((visit) => visit.bedNumber)),
    boolArray(rows.map(isStayOpen)),
    boolArray(rows.map((visit) => visit.cancelled)),
    textArray(rows.map((visit) => visit.dischargeDate ?? null)),
    textArray(rows.map((visit) => visit.dischargeDiagnosis)),
    int4Array(rows.map((visit) => visit.charges.bill.lineCount)),
    int8Array(rows.map((visit) => visit.charges.bill.totalFen)),
    textArray(rows.map((visit) => arrayLiteral(visit.charges.ranges))),
    textArray(rows.map((visit) => visit.charges.firstServiceDate ?? null)),
    textArray(rows.map((visit) => visit.charges.lastServiceDate ?? null)),
    byteaArray(rows.map((visit) => encodeBill(visit.charges.bill))),
    int4Array(rows.map((visit) => visit.uploadCount)),
  ],
};

const uploadPart: StatementPart<{ readonly rows: readonly UploadRow[]; readonly nowMs: number }> = {
  parameterCount: 5,
  sql: (first) => {
    const $ = placeholders(first, 5);
    return `uploads AS (
      INSERT INTO charge_upload (visit_id, upload_no, line_ranges, bytes, uploaded_at_ms)
      SELECT visit_id, upload_no, line_ranges::int4[], bytes, ${$[4]}::int8
        FROM unnest(${$[0]}::bytea[], ${$[1]}::int4[], ${$[2]}::text[], ${$[3]}::bytea[])
             AS u(visit_id, upload_no, line_ranges, bytes))`;
  },
  params: ({ rows, nowMs }) => [
    byteaArray(rows.map((row) => row.visitId)),
    int4Array(rows.map((row) => row.uploadNo)),
    textArray(rows.map((row) => arrayLiteral(row.ranges))),
    byteaArray(rows.map((row) => row.bytes)),
    nowMs,
  ],
};

const remainingPart: StatementPart<readonly Omit<UploadRow, 'bytes'>[]> = {
  parameterCount: 3,
  sql: (first) => `remaining AS (
    UPDATE charge_upload u SET line_ranges = r.line_ranges::int4[]
      FROM unnest($${first}::bytea[], $${first + 1}::int4[], $${first + 2}::text[])
           AS r(visit_id, upload_no, line_ranges)
     WHERE u.visit_id = r.visit_id AND u.upload_no = r.upload_no)`,
  params: (rows) => [
    byteaArray(rows.map((row) => row.visitId)),
    int4Array(rows.map((row) => row.uploadNo)),
    textArray(rows.map((row) => arrayLiteral(row.ranges))),
  ],
};

const saveCallsStatement = joinParts(
  'treatment_save_local_calls',
  [callPart, admittedPart, changedPart, uploadPart, remainingPart, auditPart],
  () => 'SELECT 1',
);

/** One statement inside the transaction that holds the visits. */
export async function saveCalls(tx: Queryable, batch: LocalBatch, nowMs: number): Promise<void> {
  await tx.query(
    saveCallsStatement.statement,
    saveCallsStatement.params(
      { rows: batch.calls, nowMs },
      { rows: batch.admitted, nowMs },
      batch.changed,
      { rows: batch.uploads, nowMs },
      batch.remaining,
      { rows: batch.audit, nowMs },
    ),
  );
}

function arrayLiteral(numbers: readonly number[]): string {
  return `{${numbers.join(',')}}`;
}
