import {
  type DeadLetterRow,
  deadLetterPart,
  type InsertedOutboxRow,
  insertedRows,
  type OffsetMove,
  type OutboxRow,
  offsetPart,
  outboxPart,
} from '@yijie/exchange';
import type { Database } from '@yijie/postgres';
import type { Claim } from '../core/command.ts';
import { type AuditRow, auditPart } from './audit-part.ts';
import { freedClaimPart, type ResultRow, resultPart } from './command-parts.ts';
import { joinParts } from './statement.ts';

/** Everything that a batch of answers writes. */
export interface ResultBatch {
  readonly results: readonly ResultRow[];
  readonly freed: readonly Claim[];
  readonly facts: readonly OutboxRow[];
  readonly audit: readonly AuditRow[];
  readonly dead: readonly DeadLetterRow[];
  readonly moves: readonly OffsetMove[];
}

const saveResultsStatement = joinParts(
  'treatment_save_results',
  [resultPart, freedClaimPart, outboxPart, auditPart, deadLetterPart, offsetPart],
  () => 'SELECT outbox_id, mine FROM outbox ORDER BY outbox_id',
);

/** One statement. A conflict means that another replica stored one of the results, or has read on. */
export async function saveResults(
  database: Database,
  batch: ResultBatch,
  at: { readonly owner: number; readonly nowMs: number },
): Promise<InsertedOutboxRow[]> {
  const { rows } = await database.query<{ outbox_id: number; mine: boolean }>(
    saveResultsStatement.statement,
    saveResultsStatement.params(
      { rows: batch.results, nowMs: at.nowMs },
      batch.freed,
      { rows: batch.facts, owner: at.owner, nowMs: at.nowMs },
      { rows: batch.audit, nowMs: at.nowMs },
      { rows: batch.dead, nowMs: at.nowMs },
      batch.moves,
    ),
  );
  return insertedRows(batch.facts, rows);
}
