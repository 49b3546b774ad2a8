import { NATIONAL_CENTRE, type Period, type RunOwner } from '@yijie/clearing';
import { bookedBy } from '../../repositories/runs/run-deductions.ts';
import type { RunDesk } from './run-desk.ts';

/** What a cut now would take and what it would carry. Changes nothing. */
export async function previewCut(
  { database }: RunDesk,
  owner: RunOwner,
  period: Period,
): Promise<{ readonly settlements: number; readonly carried: number }> {
  const { rows } = await database.query<{ settlements: number; carried: number }>(
    `SELECT (SELECT count(*)::int FROM cleared_row r WHERE ${bookedBy(owner, 'r.')}) AS settlements,
            (SELECT count(*)::int FROM open_row WHERE settled_period <= $1 AND CASE WHEN $2 = '${NATIONAL_CENTRE}'
              THEN left(home_pool, 2) <> left(treatment_pool, 2)
              ELSE left($2, 2) IN (left(home_pool, 2), left(treatment_pool, 2)) END) AS carried`,
    [period, owner],
  );
  return rows[0] ?? { settlements: 0, carried: 0 };
}
