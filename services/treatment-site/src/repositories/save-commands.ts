import { type InsertedOutboxRow, insertedRows, type OutboxRow, outboxPart } from '@yijie/exchange';
import type { Database } from '@yijie/postgres';
import type { Claim } from '../core/command.ts';
import { type AuditRow, auditPart } from './audit-part.ts';
import {
  type BillRow,
  billPart,
  claimPart,
  commandPart,
  type DischargingVisit,
  dischargedVisitPart,
  heldVisitPart,
  type NewCommand,
  type ResultRow,
  resultPart,
  type VisitGuard,
} from './command-parts.ts';
import { joinParts } from './statement.ts';

/** Everything that accepting a batch of commands writes. */
export interface AcceptedBatch {
  readonly commands: readonly NewCommand[];
  readonly bills: readonly BillRow[];
  readonly claims: readonly Claim[];
  /** Of commands whose answer is known at once. */
  readonly results: readonly ResultRow[];
  readonly held: readonly VisitGuard[];
  readonly discharging: readonly DischargingVisit[];
  readonly outbox: readonly OutboxRow[];
  readonly audit: readonly AuditRow[];
}

const saveCommandsStatement = joinParts(
  'treatment_save_commands',
  [commandPart, billPart, claimPart, resultPart, heldVisitPart, dischargedVisitPart, outboxPart, auditPart],
  (next) => `
    SELECT o.outbox_id, o.mine
      FROM (SELECT treatment_unchanged($${next}::int8, (SELECT count(*) FROM held) + (SELECT count(*) FROM discharged)))
           AS checked
      LEFT JOIN outbox o ON true
     ORDER BY o.outbox_id`,
);

/**
 * One statement, all or nothing. Fails with a conflict when somebody was there first (key, claim) or a visit has changed
 * since it was read.
 */
export async function saveCommands(
  database: Database,
  batch: AcceptedBatch,
  at: { readonly owner: number; readonly nowMs: number },
): Promise<InsertedOutboxRow[]> {
  const { rows } = await database.query<{ outbox_id: number | null; mine: boolean }>(
    saveCommandsStatement.statement,
    [
      ...saveCommandsStatement.params(
        batch.commands,
        batch.bills,
        batch.claims,
        { rows: batch.results, nowMs: at.nowMs },
        batch.held.toSorted((a, b) => a.visitId.compare(b.visitId)),
        batch.discharging,
        { rows: batch.outbox, owner: at.owner, nowMs: at.nowMs },
        { rows: batch.audit, nowMs: at.nowMs },
      ),
      batch.held.length + batch.discharging.length,
    ],
  );
  const inserted = rows.filter((row) => row.outbox_id !== null) as { outbox_id: number; mine: boolean }[];
  return insertedRows(batch.outbox, inserted);
}
