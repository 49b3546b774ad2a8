import { type DeadLetterRow, deadLetterPart, type OffsetMove, offsetPart } from '@yijie/exchange';
import { int4Array, int8Array, type Queryable, type Statement } from '@yijie/postgres';

export interface ClosedYear {
  readonly year: number;
  readonly closedAtMs: number;
}

const DEAD_FIRST = 3;
const storeStatement: Statement = {
  name: 'home_store_closed_years',
  sql: `
    WITH closed AS (
      INSERT INTO closed_year (settlement_year, closed_at_ms)
      SELECT * FROM unnest($1::int4[], $2::int8[]) ON CONFLICT DO NOTHING),
    ${deadLetterPart.sql(DEAD_FIRST)},
    ${offsetPart.sql(DEAD_FIRST + deadLetterPart.parameterCount)}
    SELECT 1`,
};

/** Stores a batch in one statement with how far was read: all of it or nothing. */
export async function storeClosedYears(
  database: Queryable,
  {
    years,
    dead,
    moves,
    nowMs,
  }: {
    readonly years: readonly ClosedYear[];
    readonly dead: readonly DeadLetterRow[];
    readonly moves: readonly OffsetMove[];
    readonly nowMs: number;
  },
): Promise<void> {
  await database.query(storeStatement, [
    int4Array(years.map(({ year }) => year)),
    int8Array(years.map(({ closedAtMs }) => closedAtMs)),
    ...deadLetterPart.params({ rows: dead, nowMs }),
    ...offsetPart.params(moves),
  ]);
}
