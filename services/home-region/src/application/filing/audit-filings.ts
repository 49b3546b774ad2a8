import type { Queryable } from '@yijie/postgres';
import type { AuditActor } from '@yijie/security';
import { appendAudit } from '../../repositories/audit.ts';
import type { FilingResult } from './submit-filing.ts';

/** One line for each filing that an act changed or made. */
export function auditFilings(
  tx: Queryable,
  actor: AuditActor,
  action: string,
  { filing, added }: Extract<FilingResult, { ok: true }>,
  atMs: number,
): Promise<void> {
  const changed = added === undefined ? [filing] : [filing, added];
  return appendAudit(
    tx,
    changed.map(({ filingId }) => ({ ...actor, atMs, action, object: `filing:${filingId}` })),
  );
}
