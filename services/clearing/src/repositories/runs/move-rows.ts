import { NATIONAL_CENTRE, nextPeriod, type Period, type RunOwner } from '@yijie/clearing';
import type { Queryable } from '@yijie/postgres';

export interface MoveCause {
  readonly cause: 'MOVED_OUT' | 'OBJECTION_OPEN';
  readonly reason: string;
  readonly by: string;
  readonly atMs: number;
}

export interface MovedRow {
  readonly settlementId: string;
  /** Owners that counted the row in the period. */
  readonly owners: readonly RunOwner[];
}

/**
 * Moves rows from a period to the next, for every owner that counts them there: a province's run stays the sum of what the
 * centre's has (R17). A refund goes with its original, and a deduction waits for its row's next cut.
 */
export async function moveRows(
  tx: Queryable,
  settlementIds: readonly Buffer[],
  owner: RunOwner,
  period: Period,
  { cause, reason, by, atMs }: MoveCause,
): Promise<readonly MovedRow[]> {
  if (settlementIds.length === 0) return [];
  const to = nextPeriod(period);
  const { rows } = await tx.query<PlacedRow>(
    `SELECT settlement_id, home_province, treatment_province, national_period, home_period, treatment_period
       FROM cleared_row
      WHERE (settlement_id = ANY($1) OR original_id = ANY($1))
        AND $2 IN (national_period, home_period, treatment_period)
      ORDER BY settlement_id FOR UPDATE`,
    [settlementIds, period],
  );
  const moved = rows
    .map((row) => ({ id: row.settlement_id, owners: ownersAt(row, period) }))
    .filter(({ owners }) => owners.includes(owner));
  const ids = moved.map(({ id }) => id);
  await tx.query(
    `UPDATE cleared_row SET
       national_period = CASE WHEN national_period = $2 THEN $3 ELSE national_period END,
       home_period = CASE WHEN home_period = $2 THEN $3 ELSE home_period END,
       treatment_period = CASE WHEN treatment_period = $2 THEN $3 ELSE treatment_period END
      WHERE settlement_id = ANY($1)`,
    [ids, period, to],
  );
  await tx.query(
    `UPDATE deduction SET
       national_period = CASE WHEN national_period = $2 THEN NULL ELSE national_period END,
       home_period = CASE WHEN home_period = $2 THEN NULL ELSE home_period END,
       treatment_period = CASE WHEN treatment_period = $2 THEN NULL ELSE treatment_period END
      WHERE (takes_back IS NULL AND settlement_id = ANY($1)) OR refund_id = ANY($1)`,
    [ids, period],
  );
  const moves = moved.flatMap(({ id, owners }) => owners.map((each) => ({ id, owner: each })));
  await tx.query(
    `INSERT INTO row_move (settlement_id, owner, from_period, to_period, cause, reason, moved_by, moved_at_ms)
     SELECT *, $3, $4, $5, $6, $7, $8 FROM unnest($1::bytea[], $2::text[])`,
    [moves.map(({ id }) => id), moves.map((move) => move.owner), period, to, cause, reason, by, atMs],
  );
  return moved.map(({ id, owners }) => ({ settlementId: id.toString('hex'), owners }));
}

interface PlacedRow {
  readonly settlement_id: Buffer;
  readonly home_province: string;
  readonly treatment_province: string;
  readonly national_period: Period | null;
  readonly home_period: Period;
  readonly treatment_period: Period;
}

function ownersAt(row: PlacedRow, period: Period): RunOwner[] {
  const owners: RunOwner[] = [];
  if (row.national_period === period) owners.push(NATIONAL_CENTRE);
  if (row.home_period === period) owners.push(row.home_province);
  if (row.treatment_period === period && row.treatment_province !== row.home_province)
    owners.push(row.treatment_province);
  return owners;
}
