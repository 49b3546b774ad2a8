import {
  type DeadLetterRow,
  deadLetterPart,
  type InsertedOutboxRow,
  insertedRows,
  type OffsetMove,
  type OutboxRow,
  offsetPart,
  outboxPart,
  type ParkedRow,
  parkPart,
} from '@yijie/exchange';
import { SHARE_NAMES } from '@yijie/money';
import { byteaArray, int4Array, int8Array, type Queryable, type Statement, textArray } from '@yijie/postgres';
import { idToText } from '@yijie/runtime';
import { type AuditEntry, auditColumns, auditInsert } from '@yijie/security';
import type { Command, SettleCommand } from '../../core/settling/command.ts';
import type { DeemedFiling, InboxOutcome, NewSettlement } from '../../core/settling/person-state.ts';

/** Everything that one batch of commands leaves behind. */
export interface BatchEffects {
  readonly inbox: readonly InboxRow[];
  readonly settlements: readonly SettlementRow[];
  readonly filings: readonly DeemedFilingRow[];
  readonly refusals: readonly SettlementRefusalRow[];
  readonly messages: readonly OutboxRow[];
  readonly dead: readonly DeadLetterRow[];
  readonly audit: readonly AuditEntry[];
  readonly parked: readonly ParkedRow[];
  readonly moves: readonly OffsetMove[];
  readonly nowMs: number;
}

export interface InboxRow {
  readonly commandId: Uint8Array;
  readonly personToken: string;
  readonly outcome: InboxOutcome;
  readonly reply: Uint8Array;
}

export interface SettlementRow {
  readonly command: Command;
  readonly added: NewSettlement;
}

/** A settlement command that had no effect, for statistics. */
export interface SettlementRefusalRow {
  readonly command: SettleCommand;
  readonly code: string;
}

export interface DeemedFilingRow {
  readonly filingId: Uint8Array;
  readonly filing: DeemedFiling;
}

/** The statement's parameters, made before anything is sent: what can't be written at all fails here. */
export interface PreparedEffects {
  readonly messages: readonly OutboxRow[];
  readonly parameters: readonly unknown[];
}

export function prepareEffects(owner: number, effects: BatchEffects): PreparedEffects {
  const { nowMs, messages } = effects;
  const parameters = [
    nowMs,
    ...inboxParams(effects.inbox),
    ...settlementParams(effects.settlements),
    ...accumulatorParams(effects.settlements),
    ...accountParams(effects.settlements),
    ...filingParams(effects.filings),
    ...refusalParams(effects.refusals),
    ...outboxPart.params({ rows: messages, owner, nowMs }),
    ...deadLetterPart.params({ rows: effects.dead, nowMs }),
    ...parkPart.params({ rows: effects.parked, nowMs }),
    ...offsetPart.params(effects.moves),
    ...auditColumns(effects.audit),
  ];
  return { messages, parameters };
}

/**
 * Stores a batch in one statement: all of it or nothing. A unique key that is taken means that another replica was
 * there first; the caller reads again and decides again.
 */
export async function storeEffects(
  database: Queryable,
  { messages, parameters }: PreparedEffects,
): Promise<InsertedOutboxRow[]> {
  const { rows } = await database.query<{ outbox_id: number; mine: boolean }>(storeStatement, parameters);
  return insertedRows(messages, rows);
}

const SETTLEMENT_COLUMNS = `settlement_id, original_id, person_token, home_pool, treatment_pool, institution_code,
      visit_kind, scheme, benefit_year, policy_version, total_fen, pool_fund_fen, large_amount_fen, serious_illness_fen,
      civil_servant_fen, enterprise_supplement_fen, medical_aid_fen, other_fund_fen, own_account_fen,
      family_account_fen, personal_cash_fen, hospital_part_fen, accumulator_delta, policy_input, command,
      settled_at_ms, earlier_year, earlier_delta`;

const INBOX_FIRST = 2;
const SETTLEMENT_FIRST = INBOX_FIRST + 4;
const ACCUMULATOR_FIRST = SETTLEMENT_FIRST + 28;
const ACCOUNT_FIRST = ACCUMULATOR_FIRST + 6;
const FILING_FIRST = ACCOUNT_FIRST + 5;
const REFUSAL_FIRST = FILING_FIRST + 7;
const OUTBOX_FIRST = REFUSAL_FIRST + 9;
const DEAD_FIRST = OUTBOX_FIRST + outboxPart.parameterCount;
const PARK_FIRST = DEAD_FIRST + deadLetterPart.parameterCount;
const OFFSET_FIRST = PARK_FIRST + parkPart.parameterCount;
const AUDIT_FIRST = OFFSET_FIRST + offsetPart.parameterCount;

const storeStatement: Statement = {
  name: 'home_store_effects',
  sql: `
    WITH new_inbox AS (
      INSERT INTO inbox (command_id, person_token, outcome, reply, decided_at_ms)
      SELECT n.*, $1::int8 FROM unnest(${parameters(INBOX_FIRST, ['bytea', 'text', 'text', 'bytea'])}) n),
    new_settlement AS (
      INSERT INTO settlement (${SETTLEMENT_COLUMNS}, decided_at_ms)
      SELECT n.settlement_id, n.original_id, n.person_token, n.home_pool, n.treatment_pool, n.institution_code,
             n.visit_kind, n.scheme, n.benefit_year, n.policy_version, n.total_fen, n.pool_fund_fen, n.large_amount_fen,
             n.serious_illness_fen, n.civil_servant_fen, n.enterprise_supplement_fen, n.medical_aid_fen,
             n.other_fund_fen, n.own_account_fen, n.family_account_fen, n.personal_cash_fen, n.hospital_part_fen,
             n.accumulator_delta::json, n.policy_input::json, n.command, n.settled_at_ms, n.earlier_year,
             n.earlier_delta::json, $1::int8
        FROM unnest(${parameters(SETTLEMENT_FIRST, [
          'bytea',
          'bytea',
          ...Array<string>(8).fill('text'),
          ...Array<string>(12).fill('int8'),
          'text',
          'text',
          'bytea',
          'int8',
          'text',
          'text',
        ])}) AS n(${SETTLEMENT_COLUMNS})),
    new_accumulator AS (
      INSERT INTO accumulator_entry (person_token, scheme, benefit_year, ordinal, values_after, settlement_id)
      SELECT n.person_token, n.scheme, n.benefit_year, n.ordinal, n.values_after::json, n.settlement_id
        FROM unnest(${parameters(ACCUMULATOR_FIRST, ['text', 'text', 'text', 'int4', 'text', 'bytea'])})
             AS n(person_token, scheme, benefit_year, ordinal, values_after, settlement_id)),
    new_account AS (
      INSERT INTO account_entry (person_token, ordinal, own_fen, family_fen, settlement_id)
      SELECT n.* FROM unnest(${parameters(ACCOUNT_FIRST, ['text', 'int4', 'int8', 'int8', 'bytea'])}) n),
    new_filing AS (
      INSERT INTO filing (filing_id, version, person_token, scheme, type, target_region, valid_from, valid_until, state,
                          channel, by_commitment, proof, visit_id, applied_at_ms, effective_at_ms, decided_at_ms,
                          decided_by, event, actor, at_ms)
      SELECT n.filing_id::uuid, 1, n.person_token, n.scheme, 'TM_EMERGENCY', n.target_region, n.valid_from::date,
             n.last_day::date + 1, 'EFFECTIVE', 'DEEMED', false, 'NONE', n.visit_id::uuid, $1::int8, $1::int8, $1::int8,
             'settlement', 'deem', 'settlement', $1::int8
        FROM unnest(${parameters(FILING_FIRST, Array<string>(7).fill('text'))})
             AS n(filing_id, person_token, scheme, target_region, valid_from, last_day, visit_id)),
    new_refusal AS (
      INSERT INTO settlement_refusal (command_id, visit_id, home_pool, treatment_pool, institution_code, visit_kind,
                                      hospital_level, code, scheme, person_class, at_ms)
      SELECT n.command_id, n.visit_id, n.home_pool, n.treatment_pool, n.institution_code, n.visit_kind,
             n.hospital_level, n.code, COALESCE(m.scheme, ''), COALESCE(m.person_class, ''), $1::int8
        FROM unnest(${parameters(REFUSAL_FIRST, ['bytea', 'bytea', ...Array<string>(7).fill('text')])})
             AS n(command_id, visit_id, home_pool, treatment_pool, institution_code, visit_kind, hospital_level, code,
                  person_token)
        LEFT JOIN LATERAL (SELECT scheme, person_class FROM member WHERE member.person_token = n.person_token LIMIT 1)
             m ON true),
    ${outboxPart.sql(OUTBOX_FIRST)},
    ${deadLetterPart.sql(DEAD_FIRST)},
    ${parkPart.sql(PARK_FIRST)},
    ${offsetPart.sql(OFFSET_FIRST)},
    audit AS (${auditInsert(AUDIT_FIRST)})
    SELECT outbox_id, mine FROM outbox ORDER BY outbox_id`,
};

/** `$2::bytea[], $3::text[]` for the parameters from `first`. */
function parameters(first: number, types: readonly string[]): string {
  return types.map((type, index) => `$${first + index}::${type}[]`).join(', ');
}

function inboxParams(rows: readonly InboxRow[]): unknown[] {
  return [
    byteaArray(rows.map((row) => row.commandId)),
    textArray(rows.map((row) => row.personToken)),
    textArray(rows.map((row) => row.outcome)),
    byteaArray(rows.map((row) => row.reply)),
  ];
}

function settlementParams(rows: readonly SettlementRow[]): unknown[] {
  const of = rows.map((row) => row.added.settlement);
  return [
    byteaArray(of.map((row) => row.answer.settlementId)),
    byteaArray(of.map((row) => row.answer.refundedId ?? null)),
    textArray(of.map((row) => row.personToken)),
    textArray(of.map((row) => row.homePool)),
    textArray(of.map((row) => row.treatmentPool)),
    textArray(of.map((row) => row.institutionCode)),
    textArray(of.map((row) => row.visitKind)),
    textArray(of.map((row) => row.answer.scheme)),
    textArray(of.map((row) => row.benefitYear)),
    textArray(of.map((row) => row.answer.policyVersion)),
    int8Array(of.map((row) => row.answer.totalFen)),
    ...SHARE_NAMES.map((name) => int8Array(of.map((row) => row.answer.shares[name]))),
    textArray(of.map((row) => JSON.stringify(row.accumulatorDelta))),
    textArray(
      rows.map(({ added }) => (added.policyInput === undefined ? null : JSON.stringify(added.policyInput))),
    ),
    byteaArray(rows.map((row) => row.command.message)),
    int8Array(of.map((row) => row.answer.settledAtMs)),
    textArray(of.map((row) => row.earlierYear?.benefitYear ?? null)),
    textArray(
      of.map((row) =>
        row.earlierYear === undefined ? null : JSON.stringify(row.earlierYear.accumulatorDelta),
      ),
    ),
  ];
}

function accumulatorParams(rows: readonly SettlementRow[]): unknown[] {
  const entries = rows.flatMap(({ added: { settlement, accumulator, earlierAccumulator } }) => {
    const { benefitYear, earlierYear } = settlement;
    const entry = { settlement, benefitYear, accumulator };
    if (earlierYear === undefined || earlierAccumulator === undefined) return [entry];
    return [entry, { settlement, benefitYear: earlierYear.benefitYear, accumulator: earlierAccumulator }];
  });
  return [
    textArray(entries.map(({ settlement }) => settlement.personToken)),
    textArray(entries.map(({ settlement }) => settlement.answer.scheme)),
    textArray(entries.map(({ benefitYear }) => benefitYear)),
    int4Array(entries.map(({ accumulator }) => accumulator.ordinal)),
    textArray(entries.map(({ accumulator }) => JSON.stringify(accumulator.values))),
    byteaArray(entries.map(({ settlement }) => settlement.answer.settlementId)),
  ];
}

function accountParams(rows: readonly SettlementRow[]): unknown[] {
  const moved = rows.flatMap(({ added }) =>
    added.account === undefined ? [] : [{ account: added.account, settlement: added.settlement }],
  );
  return [
    textArray(moved.map((row) => row.settlement.personToken)),
    int4Array(moved.map((row) => row.account.ordinal)),
    int8Array(moved.map((row) => row.account.ownFen)),
    int8Array(moved.map((row) => row.account.familyFen)),
    byteaArray(moved.map((row) => row.settlement.answer.settlementId)),
  ];
}

function refusalParams(rows: readonly SettlementRefusalRow[]): unknown[] {
  return [
    byteaArray(rows.map(({ command }) => command.id)),
    byteaArray(rows.map(({ command }) => command.bill.visit.visitId)),
    textArray(rows.map(({ command }) => command.homePool)),
    textArray(rows.map(({ command }) => command.treatmentPool)),
    textArray(rows.map(({ command }) => command.institutionCode)),
    textArray(rows.map(({ command }) => command.bill.visit.kind)),
    textArray(rows.map(({ command }) => command.bill.visit.hospitalLevel)),
    textArray(rows.map(({ code }) => code)),
    textArray(rows.map(({ command }) => command.personToken)),
  ];
}

function filingParams(rows: readonly DeemedFilingRow[]): unknown[] {
  return [
    textArray(rows.map((row) => idToText(row.filingId))),
    textArray(rows.map((row) => row.filing.personToken)),
    textArray(rows.map((row) => row.filing.scheme)),
    textArray(rows.map((row) => row.filing.targetRegion)),
    textArray(rows.map((row) => row.filing.from)),
    textArray(rows.map((row) => row.filing.lastDay)),
    textArray(rows.map((row) => idToText(row.filing.visitId))),
  ];
}
