import { addDays, type LocalDate, localDateAt } from '@yijie/calendar';
import type { Queryable, Statement } from '@yijie/postgres';

export interface FilingBacklog {
  /** When each undecided filing was applied for, oldest first. */
  readonly pendingSinceMs: readonly number[];
  /** Commitments whose proof is due within so many days, or overdue. */
  readonly dueWithin30: number;
  readonly dueWithin7: number;
}

/** More than this is an alarm anyway; it isn't counted out. */
const PENDING_MAX = 10_000;

const NEWEST =
  'NOT EXISTS (SELECT 1 FROM filing n WHERE n.filing_id = f.filing_id AND n.version = f.version + 1)';

const pending: Statement = {
  name: 'home_filings_pending',
  sql: `SELECT applied_at_ms FROM filing f WHERE state IN ('REQUESTED', 'SUPPLEMENT') AND ${NEWEST}
         ORDER BY applied_at_ms LIMIT ${PENDING_MAX}`,
};

const due: Statement = {
  name: 'home_proofs_due',
  sql: `SELECT proof_due_on FROM filing f
         WHERE state = 'EFFECTIVE' AND proof = 'PENDING' AND proof_due_on <= $1::date AND ${NEWEST}`,
};

export async function filingBacklog(database: Queryable, nowMs: number): Promise<FilingBacklog> {
  const today = localDateAt(nowMs);
  const [waiting, proofs] = await Promise.all([
    database.query<{ applied_at_ms: number }>(pending),
    database.query<{ proof_due_on: LocalDate }>(due, [addDays(today, 30)]),
  ]);
  return {
    pendingSinceMs: waiting.rows.map((row) => row.applied_at_ms),
    dueWithin30: proofs.rows.length,
    dueWithin7: proofs.rows.filter((row) => row.proof_due_on <= addDays(today, 7)).length,
  };
}
