import type { StatementPart } from '@yijie/exchange';
import type { Queryable, Statement } from '@yijie/postgres';
import { AUDIT_PARAMETERS, type AuditActor, auditColumns, auditInsert } from '@yijie/security';

/** Who did what to what; written in the statement that does it. */
export interface AuditRow {
  readonly by: AuditActor;
  readonly action: string;
  /** "settlement:<id>", "visit:<id>", … */
  readonly object: string;
}

export const auditPart: StatementPart<{ readonly rows: readonly AuditRow[]; readonly nowMs: number }> = {
  parameterCount: AUDIT_PARAMETERS,
  sql: (first) => `audit AS (${auditInsert(first)})`,
  params: ({ rows, nowMs }) =>
    auditColumns(rows.map(({ by, action, object }) => ({ ...by, action, object, atMs: nowMs }))),
};

const saveStatement: Statement = { name: 'treatment_save_audit', sql: `WITH ${auditPart.sql(1)} SELECT 1` };

/** Audit rows of an act that is more than one statement, in its transaction. */
export async function saveAudit(tx: Queryable, rows: readonly AuditRow[], nowMs: number): Promise<void> {
  await tx.query(saveStatement, auditPart.params({ rows, nowMs }));
}
