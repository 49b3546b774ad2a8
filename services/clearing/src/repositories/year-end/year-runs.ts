import { LOCKED_STATES, type Period, type RunOwner, type RunState } from '@yijie/clearing';
import type { Queryable } from '@yijie/postgres';
import { ownerPeriod } from '../runs/run-deductions.ts';

export interface YearRun {
  readonly period: Period;
  readonly revision: number;
  readonly state: RunState;
}

/** The owner's runs from a year's January on whose content is fixed, in order. */
export async function lockedRuns(tx: Queryable, owner: RunOwner, year: number): Promise<readonly YearRun[]> {
  const { rows } = await tx.query<YearRun>(
    `SELECT period, revision, state FROM run WHERE owner = $1 AND period > $2 AND state = ANY($3) ORDER BY period`,
    [owner, year * 100, LOCKED_STATES],
  );
  return rows;
}

/** Months of the year whose runs aren't in one of these states: begun, or still to come. */
export async function countOtherRuns(
  tx: Queryable,
  owner: RunOwner,
  year: number,
  states: readonly RunState[],
): Promise<number> {
  const { rows } = await tx.query<{ open: number }>(
    `SELECT (SELECT count(*)::int FROM run WHERE owner = $1 AND period / 100 = $2 AND state <> ALL ($3))
            + coalesce((SELECT GREATEST(0, $2 * 100 + 13 - GREATEST(open_period, $2 * 100 + 1)) FROM run_owner
                         WHERE owner = $1), 12) AS open`,
    [owner, year, states],
  );
  return rows[0]?.open ?? 0;
}

/** Rows and deductions of the year in runs that aren't confirmed yet: they would be in no application. */
export async function countRowsUnderway(tx: Queryable, owner: RunOwner, year: number): Promise<number> {
  const [row, deduction] = [ownerPeriod(owner, 'r.'), ownerPeriod(owner, 'd.')];
  const { rows } = await tx.query<{ underway: number }>(
    `WITH locked AS (SELECT period FROM run WHERE owner = $1 AND period > $2 * 100 AND state = ANY($3)),
          first AS (SELECT coalesce((SELECT min(period) FROM run WHERE owner = $1 AND period > $2 * 100
                                        AND state <> ALL ($3)),
                                     (SELECT open_period FROM run_owner WHERE owner = $1), 0) AS period)
     SELECT ((SELECT count(*) FROM cleared_row r
               WHERE ${row} >= (SELECT period FROM first) AND r.settled_period / 100 = $2
                 AND $1 IN ('CN', r.home_province, r.treatment_province)
                 AND ${row} NOT IN (SELECT period FROM locked))
           + (SELECT count(*) FROM deduction d
               WHERE ${deduction} >= (SELECT period FROM first) AND d.settled_period / 100 = $2
                 AND $1 IN ('CN', d.home_province, d.treatment_province)
                 AND ${deduction} NOT IN (SELECT period FROM locked)))::int AS underway`,
    [owner, year, LOCKED_STATES],
  );
  return rows[0]?.underway ?? 0;
}

/** From now on no run of the owner takes a row or a deduction of the year. The caller holds the owner's progress. */
export async function barYear(tx: Queryable, owner: RunOwner, year: number): Promise<void> {
  await tx.query('UPDATE run_owner SET closed_year = $2 WHERE owner = $1', [owner, year]);
}
