import { byteaArray, int2Array, type Queryable, type Statement, textArray } from '@yijie/postgres';
import type { CommandResult, StoredCommand } from '../core/command.ts';
import type { Visit } from '../core/visit.ts';
import { type CommandRow, commandColumns, commandOf, resultOf } from './command-rows.ts';
import { VISIT_CLAIM_JOIN, VISIT_COLUMNS, type VisitRow, visitOf } from './visit-rows.ts';

export interface KnownCommand {
  readonly command: StoredCommand;
  readonly result: CommandResult | undefined;
  /** Of a refund: the settlement it undoes. */
  readonly original:
    | { readonly command: StoredCommand; readonly result: CommandResult | undefined }
    | undefined;
}

export interface KeyOf {
  readonly institutionCode: string;
  readonly key: string;
}

const EXISTING = `
  LEFT JOIN command c ON c.institution_code = i.institution_code AND c.call = i.call AND c.idempotency_key = i.key
  LEFT JOIN command_result r ON r.command_id = c.command_id
  LEFT JOIN command o ON o.command_id = c.original_id
  LEFT JOIN command_result orr ON orr.command_id = o.command_id`;
const EXISTING_COLUMNS = `${commandColumns('c', 'r', 'c_')}, ${commandColumns('o', 'orr', 'o_')}`;

/** What a batch of settlements is decided on: earlier answers by key, visits with their claims. */
export const loadSettlesStatement: Statement = {
  name: 'treatment_load_settles',
  sql: `
    SELECT ${commandColumns('c', 'r', 'c_')}, ${VISIT_COLUMNS}
      FROM unnest($1::text[], $2::text[], $3::bytea[]) WITH ORDINALITY AS i(institution_code, key, visit_id, position)
      LEFT JOIN command c ON c.institution_code = i.institution_code AND c.call = 8 AND c.idempotency_key = i.key
      LEFT JOIN command_result r ON r.command_id = c.command_id
      LEFT JOIN visit v ON v.visit_id = i.visit_id AND v.institution_code = i.institution_code ${VISIT_CLAIM_JOIN}
     ORDER BY i.position`,
};

export interface LoadedSettle {
  readonly known: KnownCommand | undefined;
  readonly visit: Visit | undefined;
}

export async function loadSettles(
  database: Queryable,
  items: readonly (KeyOf & { readonly visitId: Buffer | undefined })[],
): Promise<LoadedSettle[]> {
  const { rows } = await database.query<CommandRow & VisitRow>(loadSettlesStatement, [
    textArray(items.map((item) => item.institutionCode)),
    textArray(items.map((item) => item.key)),
    byteaArray(items.map((item) => item.visitId ?? null)),
  ]);
  return rows.map((row) => {
    const command = commandOf(row, 'c_');
    return {
      known: command && { command, result: resultOf(row, 'c_'), original: undefined },
      visit: row.visit_id === null ? undefined : visitOf(row),
    };
  });
}

export const loadRefundsStatement: Statement = {
  name: 'treatment_load_refunds',
  sql: `
    SELECT ${EXISTING_COLUMNS}, ${commandColumns('t', 'tr', 't_')},
           vc.command_id AS visit_claim, rc.command_id AS refund_claim, rcr.outcome AS refund_outcome
      FROM unnest($1::text[], $2::text[], $3::bytea[]) WITH ORDINALITY
           AS i(institution_code, key, settlement_id, position)
      LEFT JOIN command c ON c.institution_code = i.institution_code AND c.call = 9 AND c.idempotency_key = i.key
      LEFT JOIN command_result r ON r.command_id = c.command_id
      LEFT JOIN command o ON o.command_id = c.original_id
      LEFT JOIN command_result orr ON orr.command_id = o.command_id
      -- Written so that the index on keys can't be taken for this look-up by id.
      LEFT JOIN command t ON t.command_id = i.settlement_id AND t.institution_code || '' = i.institution_code
                         AND t.call + 0 = 8
      LEFT JOIN command_result tr ON tr.command_id = t.command_id
      LEFT JOIN claim vc ON vc.kind = 1 AND vc.subject = t.visit_id
      LEFT JOIN claim rc ON rc.kind = 2 AND rc.subject = t.command_id
      LEFT JOIN command_result rcr ON rcr.command_id = rc.command_id
     ORDER BY i.position`,
};

export interface LoadedRefund {
  readonly known: KnownCommand | undefined;
  readonly target:
    | { readonly command: StoredCommand; readonly result: CommandResult | undefined }
    | undefined;
  readonly visitClaim: Buffer | undefined;
  readonly refund: { readonly commandId: Buffer; readonly isSettled: boolean } | undefined;
}

export async function loadRefunds(
  database: Queryable,
  items: readonly (KeyOf & { readonly settlementId: Buffer | undefined })[],
): Promise<LoadedRefund[]> {
  const { rows } = await database.query<CommandRow>(loadRefundsStatement, [
    textArray(items.map((item) => item.institutionCode)),
    textArray(items.map((item) => item.key)),
    byteaArray(items.map((item) => item.settlementId ?? null)),
  ]);
  return rows.map((row) => ({
    known: knownOf(row),
    target: targetOf(row),
    visitClaim: (row.visit_claim as Buffer | null) ?? undefined,
    refund:
      row.refund_claim === null
        ? undefined
        : { commandId: row.refund_claim as Buffer, isSettled: row.refund_outcome === 1 },
  }));
}

export const loadReversalsStatement: Statement = {
  name: 'treatment_load_reversals',
  sql: `
    SELECT ${EXISTING_COLUMNS}, ${commandColumns('t', 'tr', 't_')}
      FROM unnest($1::text[], $2::text[], $3::int2[], $4::text[]) WITH ORDINALITY
           AS i(institution_code, key, original_call, original_key, position)
      LEFT JOIN command c ON c.institution_code = i.institution_code AND c.call = 10 AND c.idempotency_key = i.key
      LEFT JOIN command_result r ON r.command_id = c.command_id
      LEFT JOIN command o ON o.command_id = c.original_id
      LEFT JOIN command_result orr ON orr.command_id = o.command_id
      LEFT JOIN command t ON t.institution_code = i.institution_code AND t.call = i.original_call
                         AND t.idempotency_key = i.original_key
      LEFT JOIN command_result tr ON tr.command_id = t.command_id
     ORDER BY i.position`,
};

export interface LoadedReversal {
  readonly known: KnownCommand | undefined;
  readonly target:
    | { readonly command: StoredCommand; readonly result: CommandResult | undefined }
    | undefined;
}

export async function loadReversals(
  database: Queryable,
  items: readonly (KeyOf & { readonly originalCall: number; readonly originalKey: string })[],
): Promise<LoadedReversal[]> {
  const { rows } = await database.query<CommandRow>(loadReversalsStatement, [
    textArray(items.map((item) => item.institutionCode)),
    textArray(items.map((item) => item.key)),
    int2Array(items.map((item) => item.originalCall)),
    textArray(items.map((item) => item.originalKey)),
  ]);
  return rows.map((row) => ({ known: knownOf(row), target: targetOf(row) }));
}

/** A block of 1,024 command numbers. */
const nextBlock: Statement = {
  name: 'treatment_command_sequence',
  sql: `SELECT nextval('command_sequence') AS first`,
};

export async function nextSequence(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ first: number }>(nextBlock);
  return rows[0]?.first as number;
}

const byId: Statement = {
  name: 'treatment_commands_by_id',
  sql: `
    SELECT ${commandColumns('c', 'r', 'c_')}, ${commandColumns('o', 'orr', 'o_')}
      FROM unnest($1::bytea[]) AS i(command_id)
      JOIN command c ON c.command_id = i.command_id
      LEFT JOIN command_result r ON r.command_id = c.command_id
      LEFT JOIN command o ON o.command_id = c.original_id
      LEFT JOIN command_result orr ON orr.command_id = o.command_id`,
};

export async function loadCommands(
  database: Queryable,
  commandIds: readonly Buffer[],
): Promise<KnownCommand[]> {
  if (commandIds.length === 0) return [];
  const { rows } = await database.query<CommandRow>(byId, [byteaArray(commandIds)]);
  return rows.flatMap((row) => knownOf(row) ?? []);
}

const byKey: Statement = {
  name: 'treatment_command_by_key',
  sql: `SELECT ${EXISTING_COLUMNS}
          FROM (VALUES ($1::text, $2::int2, $3::text)) AS i(institution_code, call, key) ${EXISTING}`,
};

export async function loadCommandByKey(
  database: Queryable,
  institutionCode: string,
  call: number,
  key: string,
): Promise<KnownCommand | undefined> {
  const { rows } = await database.query<CommandRow>(byKey, [institutionCode, call, key]);
  return rows[0] && knownOf(rows[0]);
}

function knownOf(row: CommandRow): KnownCommand | undefined {
  const command = commandOf(row, 'c_');
  if (command === undefined) return undefined;
  const original = commandOf(row, 'o_');
  return {
    command,
    result: resultOf(row, 'c_'),
    original: original && { command: original, result: resultOf(row, 'o_') },
  };
}

function targetOf(row: CommandRow): LoadedReversal['target'] {
  const command = commandOf(row, 't_');
  return command && { command, result: resultOf(row, 't_') };
}
