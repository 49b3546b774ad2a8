import { addDays, type LocalDate, localDateAt } from '@yijie/calendar';
import type { Queryable, Statement } from '@yijie/postgres';

export interface FilingBacklog {
  /** Since when each filing has waited for the agency's decision, longest first. */
  readonly pendingSinceMs: readonly number[];
  /** Commitments whose proof is due within so many days, or overdue. */
  readonly dueWithin30: number;
  readonly dueWithin7: number;
}

/** More than this is an alarm anyway; it isn't counted out. */
const PENDING_MAX = 10_000;

const pending: Statement = {
  name: 'home_filings_pending',
  sql: `SELECT waiting_since_ms FROM filing_agenda WHERE waiting_since_ms IS NOT NULL
         ORDER BY waiting_since_ms LIMIT ${PENDING_MAX}`,
};

const due: Statement = {
  name: 'home_proofs_due',
  sql: `SELECT count(*)::int AS within_30, (count(*) FILTER (WHERE proof_due_on <= $2::date))::int AS within_7
          FROM filing_agenda WHERE proof_due_on <= $1::date`,
};

export async function filingBacklog(database: Queryable, nowMs: number): Promise<FilingBacklog> {
  const today: LocalDate = localDateAt(nowMs);
  const [waiting, proofs] = await Promise.all([
    database.query<{ waiting_since_ms: number }>(pending),
    database.query<{ within_30: number; within_7: number }>(due, [addDays(today, 30), addDays(today, 7)]),
  ]);
  return {
    pendingSinceMs: waiting.rows.map((row) => row.waiting_since_ms),
    dueWithin30: proofs.rows[0]?.within_30 ?? 0,
    dueWithin7: proofs.rows[0]?.within_7 ?? 0,
  };
}
