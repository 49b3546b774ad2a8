import { type CheckFailure, NATIONAL_CENTRE, type Period, type RunOwner } from '@yijie/clearing';
import type { Queryable } from '@yijie/postgres';
import { bookedBy, ownerPeriod } from '../runs/run-deductions.ts';

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
  const inPeriod = '(r.national_period = $1 OR r.home_period = $1 OR r.treatment_period = $1)';
  // Neither ordered nor limited: the planner would walk an index in its order to find what isn't there.
  const unconfirmed = await tx.query<{ settlement_id: Buffer }>(
    `SELECT settlement_id FROM cleared_row r
      WHERE ${inPeriod}
        AND NOT EXISTS (SELECT 1 FROM hospital_confirmation c WHERE c.settlement_id = r.settlement_id)`,
    [period],
  );
  const open = await tx.query<{ settlement_id: Buffer }>(
    `SELECT settlement_id FROM open_row JOIN cleared_row r USING (settlement_id) WHERE ${inPeriod}`,
    [period],
  );
  return [
    ...unconfirmed.rows.map((row) => misplaced(row, 'confirmed by the hospital', 'not confirmed')),
    ...open.rows.map((row) => misplaced(row, 'not on the exception list', 'on it')),
  ];
}

function misplaced(row: { readonly settlement_id: Buffer }, expected: string, found: string): CheckFailure {
  return { check: 'R10', row: row.settlement_id.toString('hex'), expected, found };
}
