import {
  type LateDeduction,
  type LateRow,
  NATIONAL_CENTRE,
  type PartyCode,
  type RunOwner,
} from '@yijie/clearing';
import type { Scheme } from '@yijie/codes';
import type { Queryable } from '@yijie/postgres';
import { fundColumnList, fundsFromRow } from '../runs/fund-columns.ts';
import { ownerPeriod } from '../runs/run-deductions.ts';

/**
 * What no run can take any more and no other application took: matched and confirmed rows of the year, or of one already
 * closed, that are TOO_LATE, and deductions of a closed year that no run booked. `payee` sees what it took itself too.
 */
export async function readLateOnes(
  tx: Queryable,
  owner: RunOwner,
  year: number,
  payee?: PartyCode | undefined,
): Promise<{ readonly rows: readonly LateRow[]; readonly deductions: readonly LateDeduction[] }> {
  const params = [owner, year, payee ?? null];
  const rows = await tx.query<PairRow>(
    `SELECT o.settlement_id, o.home_pool, o.treatment_pool, o.scheme, ${fundColumnList('f.')}
       FROM open_row o JOIN fact f ON f.settlement_id = o.settlement_id AND f.side = coalesce(o.counted_side, 1)
      WHERE o.reasons = ARRAY['TOO_LATE'] AND ${OF_YEAR('o')} AND ${isOwners('o.home_pool', 'o.treatment_pool')}
        AND ${notTaken("encode(o.settlement_id, 'hex')")}
      ORDER BY o.settlement_id`,
    params,
  );
  const deductions = await tx.query<PairRow & { readonly deduct_id: string }>(
    `SELECT d.deduct_id, d.settlement_id, d.home_pool, d.treatment_pool, d.scheme, ${fundColumnList('d.')}
       FROM deduction d
      WHERE ${ownerPeriod(owner, 'd.')} IS NULL AND d.objection_state IN ('NONE', 'REJECTED') AND d.takes_back IS NULL
        AND d.settled_period / 100 <= (SELECT closed_year FROM run_owner WHERE owner = $1) AND $2::int IS NOT NULL
        AND ${isOwners('d.home_pool', 'd.treatment_pool')} AND ${notTaken('d.deduct_id')}
      ORDER BY d.deduct_id`,
    params,
  );
  return {
    rows: rows.rows.map((row) => ({ ...pairOf(row), clearing: fundsFromRow(row) })),
    deductions: deductions.rows.map((row) => ({
      ...pairOf(row),
      deductId: row.deduct_id,
      funds: fundsFromRow(row),
    })),
  };
}

/** Whether an application's other_adjust has the row. */
export async function isTakenByYear(tx: Queryable, settlementId: string): Promise<boolean> {
  const { rows } = await tx.query('SELECT 1 FROM year_end_taken WHERE taken_id = $1 LIMIT 1', [settlementId]);
  return rows.length > 0;
}

interface PairRow {
  readonly settlement_id: Buffer;
  readonly home_pool: string;
  readonly treatment_pool: string;
  readonly scheme: Scheme;
}

function pairOf(row: PairRow) {
  return {
    settlementId: row.settlement_id.toString('hex'),
    homePool: row.home_pool,
    treatmentPool: row.treatment_pool,
    scheme: row.scheme,
  };
}

/** In the 15 of its own year or, when that is closed, of the next (clearing-and-filing §4.9). */
const OF_YEAR = (alias: string) =>
  `(${alias}.settled_period / 100 = $2 OR ${alias}.settled_period / 100 <=
     (SELECT closed_year FROM run_owner WHERE owner = $1))`;

function isOwners(home: string, treatment: string): string {
  return `CASE WHEN $1 = '${NATIONAL_CENTRE}' THEN left(${home}, 2) <> left(${treatment}, 2)
    ELSE left($1, 2) IN (left(${home}, 2), left(${treatment}, 2)) END`;
}

function notTaken(id: string): string {
  return `NOT EXISTS (SELECT 1 FROM year_end_taken t WHERE t.owner = $1 AND t.taken_id = ${id}
    AND (t.year <> $2 OR t.payee IS DISTINCT FROM $3))`;
}
