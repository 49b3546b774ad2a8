import type { LocalDate } from '@yijie/calendar';
import type { Queryable, Statement } from '@yijie/postgres';

/** A place in the list of what timers owe. */
export interface DueFiling {
  readonly filingId: string;
  readonly personToken: string;
  readonly dueOn: LocalDate;
}

const due: Statement = {
  name: 'home_filings_due',
  sql: `SELECT filing_id, person_token, due_on FROM filing_agenda
         WHERE due_on <= $1::date AND (due_on, filing_id) > ($2::date, $3::uuid)
         ORDER BY due_on, filing_id LIMIT $4`,
};

const FIRST_DAY = '0001-01-01';
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** The next filings to which a timer owes an event on this day, those that have waited longest first. */
export async function dueFilings(
  database: Queryable,
  today: LocalDate,
  after: Pick<DueFiling, 'dueOn' | 'filingId'> | undefined,
  limit: number,
): Promise<DueFiling[]> {
  const { rows } = await database.query<{ filing_id: string; person_token: string; due_on: LocalDate }>(due, [
    today,
    after?.dueOn ?? FIRST_DAY,
    after?.filingId ?? FIRST_ID,
    limit,
  ]);
  return rows.map((row) => ({ filingId: row.filing_id, personToken: row.person_token, dueOn: row.due_on }));
}

/** A place in a pool's review queue. */
export interface QueuePlace {
  readonly waitingSinceMs: number;
  readonly filingId: string;
}

const queue: Statement = {
  name: 'home_review_queue',
  sql: `SELECT a.filing_id, a.waiting_since_ms FROM filing_agenda a
         WHERE ($1::text IS NULL OR a.home_pool = $1) AND a.waiting_since_ms IS NOT NULL
           AND (a.waiting_since_ms, a.filing_id) > ($2::int8, $3::uuid)
         ORDER BY a.waiting_since_ms, a.filing_id LIMIT $4`,
};

/** What waits for a decision in a pool (in all of them without one), oldest first. */
export async function reviewQueue(
  database: Queryable,
  pool: string | undefined,
  after: QueuePlace | undefined,
  limit: number,
): Promise<QueuePlace[]> {
  const { rows } = await database.query<{ filing_id: string; waiting_since_ms: number }>(queue, [
    pool ?? null,
    after?.waitingSinceMs ?? 0,
    after?.filingId ?? FIRST_ID,
    limit,
  ]);
  return rows.map((row) => ({ filingId: row.filing_id, waitingSinceMs: row.waiting_since_ms }));
}
