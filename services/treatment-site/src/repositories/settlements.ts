import type { Queryable, Statement } from '@yijie/postgres';
import type { RowFilter } from '@yijie/security';
import type { CommandResult, StoredCommand } from '../core/command.ts';
import type { Visit } from '../core/visit.ts';
import { type CommandRow, commandColumns, commandOf, resultOf } from './command-rows.ts';
import { VISIT_CLAIM_JOIN, VISIT_COLUMNS, type VisitRow, visitOf } from './visit-rows.ts';

/** A settlement or refund that settled. */
export interface SettlementRecord {
  readonly command: StoredCommand;
  readonly result: CommandResult;
  readonly original: StoredCommand | undefined;
  /** A refund of it has settled. */
  readonly isRefunded: boolean;
}

const SELECT = `
  SELECT ${commandColumns('c', 'r', 'c_')}, ${commandColumns('o', 'orr', 'o_')}, rr.outcome = 1 AS refunded
    FROM command c
    JOIN command_result r ON r.command_id = c.command_id AND r.outcome = 1
    LEFT JOIN command o ON o.command_id = c.original_id
    LEFT JOIN command_result orr ON orr.command_id = o.command_id
    LEFT JOIN claim rc ON rc.kind = 2 AND rc.subject = c.command_id
    LEFT JOIN command_result rr ON rr.command_id = rc.command_id`;

/** Which rows a caller may see; every query takes one, so that none can forget it. */
const VISIBLE: Readonly<Record<RowFilter['kind'], string>> = {
  // As the index command_listing has it.
  institution: `c.institution_code || '' = $1`,
  'treatment-pool': 'c.institution_code IN (SELECT i.institution_code FROM institution i WHERE i.pool = $1)',
  'home-pool': 'c.home_pool = $1',
  'either-pool': `(c.home_pool = $1
     OR c.institution_code IN (SELECT i.institution_code FROM institution i WHERE i.pool = $1))`,
  all: '$1::text IS NULL',
};

function filterValue(filter: RowFilter): string | null {
  if (filter.kind === 'all') return null;
  return filter.kind === 'institution' ? filter.institutionCode : filter.pool;
}

/** Another's settlement looks like none. */
export async function findSettlement(
  database: Queryable,
  filter: RowFilter,
  settlementId: Buffer,
): Promise<SettlementRecord | undefined> {
  const { rows } = await database.query<CommandRow>(
    {
      name: `treatment_settlement_${filter.kind}`,
      sql: `${SELECT} WHERE ${VISIBLE[filter.kind]} AND c.command_id = $2 AND c.call + 0 IN (8, 9)`,
    },
    [filterValue(filter), settlementId],
  );
  return rows[0] && recordOf(rows[0]);
}

export interface SettlementPage {
  /** Ids strictly between; they rise with time. */
  readonly aboveId: Buffer;
  readonly belowId: Buffer;
  readonly size: number;
}

/** Newest first. */
export async function listSettlements(
  database: Queryable,
  filter: RowFilter,
  page: SettlementPage,
): Promise<SettlementRecord[]> {
  const { rows } = await database.query<CommandRow>(
    {
      name: `treatment_settlements_page_${filter.kind}`,
      sql: `${SELECT}
        WHERE ${VISIBLE[filter.kind]} AND c.call + 0 IN (8, 9) AND c.command_id > $2 AND c.command_id < $3
        ORDER BY c.command_id DESC LIMIT $4`,
    },
    [filterValue(filter), page.aboveId, page.belowId, page.size],
  );
  return rows.map(recordOf);
}

/** The same for visits, under the names of a visit's table. */
const VISIBLE_VISIT: Readonly<Record<RowFilter['kind'], string>> = {
  institution: 'v.institution_code = $1',
  'treatment-pool': 'v.institution_code IN (SELECT i.institution_code FROM institution i WHERE i.pool = $1)',
  'home-pool': 'v.home_pool = $1',
  'either-pool': `(v.home_pool = $1
     OR v.institution_code IN (SELECT i.institution_code FROM institution i WHERE i.pool = $1))`,
  all: '$1::text IS NULL',
};

export interface VisitRecord {
  readonly visit: Visit;
  readonly slipIdentity: Buffer | undefined;
  readonly admittedAtMs: number;
}

export async function findVisit(
  database: Queryable,
  filter: RowFilter,
  visitId: Buffer,
): Promise<VisitRecord | undefined> {
  const { rows } = await database.query<VisitRow & { slip_identity: Buffer | null; admitted_at_ms: number }>(
    {
      name: `treatment_visit_${filter.kind}`,
      sql: `SELECT ${VISIT_COLUMNS}, v.slip_identity, v.admitted_at_ms FROM visit v ${VISIT_CLAIM_JOIN}
             WHERE ${VISIBLE_VISIT[filter.kind]} AND v.visit_id = $2`,
    },
    [filterValue(filter), visitId],
  );
  const row = rows[0];
  return (
    row && {
      visit: visitOf(row),
      slipIdentity: row.slip_identity ?? undefined,
      admittedAtMs: row.admitted_at_ms,
    }
  );
}

const localAnswer: Statement = {
  name: 'treatment_local_answer',
  sql: 'SELECT answer FROM local_call WHERE institution_code = $1 AND call = $2 AND idempotency_key = $3',
};

export async function findLocalAnswer(
  database: Queryable,
  institutionCode: string,
  call: number,
  key: string,
): Promise<Buffer | undefined> {
  const { rows } = await database.query<{ answer: Buffer }>(localAnswer, [institutionCode, call, key]);
  return rows[0]?.answer;
}

function recordOf(row: CommandRow): SettlementRecord {
  const command = commandOf(row, 'c_');
  const result = resultOf(row, 'c_');
  if (command === undefined || result === undefined) throw new TypeError('a settlement without its command');
  return { command, result, original: commandOf(row, 'o_'), isRefunded: row.refunded === true };
}

/** The settlement's request as it arrived; the treatment site has one for each settlement it accepted. */
export async function findBill(database: Queryable, settlementId: Buffer): Promise<Buffer | undefined> {
  const { rows } = await database.query<{ bytes: Buffer }>(
    'SELECT bytes FROM settlement_bill WHERE command_id = $1',
    [settlementId],
  );
  return rows[0]?.bytes;
}
