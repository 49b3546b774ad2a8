import { type CheckFailure, NATIONAL_CENTRE, type Period, type RunOwner } from '@yijie/clearing';
import type { Queryable } from '@yijie/postgres';
import { bookedBy, ownerPeriod } from './run-deductions.ts';

/**
 * R9: a refund whose original is in no run of the owner or in a later one. That a settlement is in one run only is the table's
 * key, and that its shares sum (R1) its constraint.
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

/**
 * R10: rows that the hospital hasn't confirmed, or that still stand on the exception list. Looked for once for all owners: the
 * rows of the period against the confirmations, by the database alone.
 */
export async function findUnconfirmedRows(tx: Queryable, period: Period): Promise<readonly CheckFailure[]> {
  const { rows } = await tx.query<{ settlement_id: Buffer; is_open: boolean }>(
    `SELECT settlement_id, o.settlement_id IS NOT NULL AS is_open
       FROM cleared_row r LEFT JOIN open_row o USING (settlement_id)
      WHERE $1 IN (national_period, home_period, treatment_period)
        AND (o.settlement_id IS NOT NULL
             OR NOT EXISTS (SELECT 1 FROM hospital_confirmation c WHERE c.settlement_id = r.settlement_id))
      ORDER BY settlement_id LIMIT 10`,
    [period],
  );
  return rows.map((row) => ({
    check: 'R10',
    row: row.settlement_id.toString('hex'),
    expected: row.is_open ? 'not on the exception list' : 'confirmed by the hospital',
    found: row.is_open ? 'on it' : 'not confirmed',
  }));
}
