import type { Queryable } from '@yijie/postgres';
import { type AuditEntry, auditColumns, auditInsert } from '@yijie/security';

/** For changes off the hot path: written in the transaction that makes the change. */
export async function appendAudit(tx: Queryable, entries: readonly AuditEntry[]): Promise<void> {
  await tx.query({ name: 'clearing_append_audit', sql: auditInsert(1) }, auditColumns(entries));
}
