import {
  type Cell,
  FUND_NAMES,
  NATIONAL_CENTRE,
  NO_FUNDS,
  type Period,
  partiesIn,
  type RunOwner,
} from '@yijie/clearing';
import type { Scheme, VisitKind } from '@yijie/codes';
import { fen } from '@yijie/money';
import type { Queryable } from '@yijie/postgres';
import { type CellKey, readHomeKey, readNationalKey, readTreatmentKey } from '../../core/cell-key.ts';
import { fundColumn, fundsFromRow } from '../runs/fund-columns.ts';
import { ownerPeriod } from '../runs/run-deductions.ts';

/** A cell with the run that cleared it. */
export interface RunCell extends Cell {
  readonly runPeriod: Period;
}

/**
 * What the owner's runs of these months hold of a year: rows settled in it, and everything that its own months' runs
 * cleared, with deductions. Only sums leave the database.
 */
export async function readYearCells(
  tx: Queryable,
  owner: RunOwner,
  year: number,
  periods: readonly Period[],
): Promise<readonly RunCell[]> {
  const sides = owner === NATIONAL_CENTRE ? NATIONAL_SIDES : PROVINCIAL_SIDES;
  const cells: RunCell[] = [];
  for (const { key, period, only, read } of sides) {
    const { rows } = await tx.query<GroupedRow>(
      `SELECT ${period} AS run_period, ${key} AS key, count(*)::int AS rows, count(original_id)::int AS refunds,
              sum_fen(medical_fen) AS medical_fen, ${FUND_SUMS}
         FROM cleared_row
        WHERE ${period} = ANY($1::int[]) AND (settled_period / 100 = $2 OR ${period} / 100 = $2) ${only}
        GROUP BY 1, 2`,
      owner === NATIONAL_CENTRE ? [periods, year] : [periods, year, owner],
    );
    for (const row of rows) {
      const { payer, payee, scheme, visitKind, settledPeriod } = read(row.key);
      cells.push({
        payer,
        payee,
        scheme,
        visitKind,
        settledPeriod,
        runPeriod: row.run_period,
        times: row.rows - 2 * row.refunds,
        medicalFen: fen(row.medical_fen),
        clearing: fundsFromRow(row),
        deducted: NO_FUNDS,
      });
    }
  }
  return [...cells, ...(await readDeductedCells(tx, owner, year, periods))];
}

interface Side {
  readonly key: string;
  readonly period: string;
  readonly only: string;
  readonly read: (key: number) => CellKey;
}

const NATIONAL_SIDES: readonly Side[] = [
  { key: 'national_key', period: 'national_period', only: '', read: readNationalKey },
];
/** What its pools pay, and what its pools get from other provinces. */
const PROVINCIAL_SIDES: readonly Side[] = [
  { key: 'home_key', period: 'home_period', only: 'AND home_province = $3', read: readHomeKey },
  {
    key: 'treatment_key',
    period: 'treatment_period',
    only: 'AND treatment_province = $3 AND home_province <> $3',
    read: readTreatmentKey,
  },
];
const FUND_SUMS = FUND_NAMES.map((name) => `sum_fen(${fundColumn(name)}) AS ${fundColumn(name)}`).join(', ');

interface GroupedRow {
  readonly run_period: Period;
  readonly key: number;
  readonly rows: number;
  readonly refunds: number;
  readonly medical_fen: number;
}

async function readDeductedCells(
  tx: Queryable,
  owner: RunOwner,
  year: number,
  periods: readonly Period[],
): Promise<readonly RunCell[]> {
  const booked = ownerPeriod(owner, 'd.');
  const { rows } = await tx.query<DeductedRow>(
    `SELECT ${booked} AS run_period, home_pool, treatment_pool, scheme, visit_kind, settled_period, ${FUND_SUMS}
       FROM deduction d
      WHERE ${booked} = ANY($1::int[]) AND (settled_period / 100 = $2 OR ${booked} / 100 = $2)
        AND $3 IN ('${NATIONAL_CENTRE}', home_province, treatment_province)
      GROUP BY 1, 2, 3, 4, 5, 6`,
    [periods, year, owner],
  );
  return rows.flatMap((row) => {
    const parties = partiesIn(owner, { homePool: row.home_pool, treatmentPool: row.treatment_pool });
    if (parties === undefined) return [];
    return [
      {
        ...parties,
        scheme: row.scheme,
        visitKind: row.visit_kind,
        settledPeriod: row.settled_period,
        runPeriod: row.run_period,
        times: 0,
        medicalFen: fen(0),
        clearing: NO_FUNDS,
        deducted: fundsFromRow(row),
      },
    ];
  });
}

interface DeductedRow {
  readonly run_period: Period;
  readonly home_pool: string;
  readonly treatment_pool: string;
  readonly scheme: Scheme;
  readonly visit_kind: VisitKind;
  readonly settled_period: Period;
}
