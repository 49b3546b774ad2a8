import { type CheckFailure, NATIONAL_CENTRE, type Period, type RunOwner } from '@yijie/clearing';
import type { Queryable } from '@yijie/postgres';
import { bookedBy, ownerPeriod } from './run-deductions.ts';

/**
 * Rows of a run that shouldn't be in it. R1: shares that don't sum. R9: a refund whose original is in no run of the owner or in
 * a later one (that a settlement is in one run only is the table's key). R10: rows that the hospital hasn't confirmed.
 */
export async function findMisplacedRows(
  tx: Queryable,
  owner: RunOwner,
  period: Period,
): Promise<readonly CheckFailure[]> {
  const params = owner === NATIONAL_CENTRE ? [period] : [period, owner];
  const early = await tx.query<{ settlement_id: Buffer; original_period: number | null }>(
    `SELECT r.settlement_id, ${ownerPeriod(owner, 'o.')} AS original_period
       FROM cleared_row r LEFT JOIN cleared_row o ON o.settlement_id = r.original_id
      WHERE r.original_id IS NOT NULL AND ${bookedBy(owner, 'r.')}
        AND (o.settlement_id IS NULL OR ${ownerPeriod(owner, 'o.')} > $1)
      ORDER BY r.settlement_id LIMIT 10`,
    params,
  );
  return early.rows.map((row) => ({
    check: 'R9',
    row: row.settlement_id.toString('hex'),
    expected: `original in ${period} or before`,
    found: row.original_period ?? 'in no run',
  }));
}
