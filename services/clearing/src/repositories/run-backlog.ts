import type { LocalDate } from '@yijie/calendar';
import type { Period, RunOwner } from '@yijie/clearing';
import type { Queryable } from '@yijie/postgres';

export interface UnsignedRun {
  readonly owner: RunOwner;
  /** The oldest that waits. */
  readonly period: Period;
  readonly parties: number;
}

/** Runs that wait for signatures, an entry per owner. */
export async function unsignedRuns(tx: Queryable): Promise<readonly UnsignedRun[]> {
  const { rows } = await tx.query<UnsignedRun>(
    `SELECT owner, min(period) AS period, count(*)::int AS parties FROM run_party JOIN run USING (owner, period)
      WHERE run.state IN ('GENERATED', 'SIGNING') AND run_party.state IN ('UNSIGNED', 'RETURNED')
      GROUP BY owner ORDER BY owner`,
  );
  return rows;
}

/** Payment notices with a line that isn't paid in full. */
export async function openPayNotices(tx: Queryable): Promise<readonly { readonly dueOn: LocalDate }[]> {
  const { rows } = await tx.query<{ dueOn: LocalDate }>(
    `SELECT due_on AS "dueOn" FROM notice n
      WHERE direction = 'PAY' AND step <> 'VOID'
        AND EXISTS (SELECT 1 FROM notice_line l WHERE l.notice_no = n.notice_no AND paid_fen < amount_fen)`,
  );
  return rows;
}

export async function openBankLineCounts(
  tx: Queryable,
): Promise<readonly { readonly code: string; readonly lines: number }[]> {
  const { rows } = await tx.query<{ code: string; lines: number }>(
    `SELECT code, count(*)::int AS lines FROM bank_line WHERE state = 'OPEN' GROUP BY code ORDER BY code`,
  );
  return rows;
}
