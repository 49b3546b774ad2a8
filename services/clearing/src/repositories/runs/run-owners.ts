import type { Period, RunOwner } from '@yijie/clearing';
import type { Queryable } from '@yijie/postgres';

/** Holds an owner's progress for a cut: waits for the batches that are placing rows, and they wait for it. */
export async function lockOwner(
  tx: Queryable,
  owner: RunOwner,
): Promise<{ readonly openPeriod: number; readonly closedYear: number }> {
  await tx.query('INSERT INTO run_owner (owner) VALUES ($1) ON CONFLICT DO NOTHING', [owner]);
  const { rows } = await tx.query<{ openPeriod: number; closedYear: number }>(
    'SELECT open_period AS "openPeriod", closed_year AS "closedYear" FROM run_owner WHERE owner = $1 FOR UPDATE',
    [owner],
  );
  return rows[0] ?? { openPeriod: 0, closedYear: 0 };
}

/** From now on rows enter this period or a later one. */
export async function openPeriod(tx: Queryable, owner: RunOwner, period: Period): Promise<void> {
  await tx.query('UPDATE run_owner SET open_period = $2 WHERE owner = $1', [owner, period]);
}
