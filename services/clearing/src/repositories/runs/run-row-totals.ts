import { NATIONAL_CENTRE, type Period, type RunOwner } from '@yijie/clearing';
import { type Fen, fen } from '@yijie/money';
import type { Queryable } from '@yijie/postgres';

/**
 * What the rows of a run add up to, counted apart from its cells and their funds (total less cash and the hospital's part):
 * what the tables are checked against (R2, R18).
 */
export interface RowTotals {
  readonly settlements: number;
  readonly refunds: number;
  readonly clearingFen: Fen;
}

/** One pass over the period's rows for all owners: a row counts for each owner whose run it is in. */
export async function readRowTotals(
  tx: Queryable,
  owners: readonly RunOwner[],
  period: Period,
): Promise<ReadonlyMap<RunOwner, RowTotals>> {
  const { rows } = await tx.query<ProvincePair>(
    `SELECT home_province, treatment_province, national_period, home_period, treatment_period,
            count(*)::int AS rows, count(original_id)::int AS refunds,
            sum_fen(medical_fen - personal_cash_fen - hospital_part_fen) AS clearing_fen
       FROM cleared_row
      WHERE national_period = $1 OR home_period = $1 OR treatment_period = $1
      GROUP BY 1, 2, 3, 4, 5`,
    [period],
  );
  const totals = new Map(owners.map((owner) => [owner, { settlements: 0, refunds: 0, clearingFen: 0 }]));
  for (const pair of rows) {
    for (const owner of ownersIn(pair, period)) {
      const sum = totals.get(owner);
      if (sum === undefined) continue;
      sum.settlements += pair.rows - pair.refunds;
      sum.refunds += pair.refunds;
      sum.clearingFen += pair.clearing_fen;
    }
  }
  return new Map(
    [...totals].map(([owner, sum]) => [owner, { ...sum, clearingFen: fen(sum.clearingFen) }] as const),
  );
}

interface ProvincePair {
  readonly home_province: string;
  readonly treatment_province: string;
  readonly national_period: Period | null;
  readonly home_period: Period;
  readonly treatment_period: Period;
  readonly rows: number;
  readonly refunds: number;
  readonly clearing_fen: number;
}

function ownersIn(pair: ProvincePair, period: Period): RunOwner[] {
  const { home_province: home, treatment_province: treatment } = pair;
  const owners: RunOwner[] = [];
  if (pair.national_period === period) owners.push(NATIONAL_CENTRE);
  if (pair.home_period === period) owners.push(home);
  if (treatment !== home && pair.treatment_period === period) owners.push(treatment);
  return owners;
}
