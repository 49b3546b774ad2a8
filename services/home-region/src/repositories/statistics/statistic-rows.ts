import { byteaArray, int4Array, int8Array, type Queryable, type Statement, textArray } from '@yijie/postgres';
import { type Contribution, monthOf } from '../../core/statistics/statistic-measures.ts';
import type { FeedPosition } from './statistic-feeds.ts';

/** One projection for each database, whichever replica runs it. */
export async function lockStatistics(tx: Queryable): Promise<boolean> {
  const { rows } = await tx.query<{ locked: boolean }>(
    `SELECT pg_try_advisory_xact_lock(hashtext('yijie.home.statistics')) AS locked`,
  );
  return rows[0]?.locked === true;
}

export async function feedPosition(tx: Queryable, source: string): Promise<FeedPosition> {
  const { rows } = await tx.query<{ xid: string; last_row: Buffer }>(
    'SELECT xid::text, last_row FROM statistic_cursor WHERE source = $1',
    [source],
  );
  const [row] = rows;
  return row === undefined ? { xid: '0', lastRow: Buffer.alloc(0) } : { xid: row.xid, lastRow: row.last_row };
}

export async function moveFeed(tx: Queryable, source: string, until: FeedPosition): Promise<void> {
  await tx.query(
    `INSERT INTO statistic_cursor (source, xid, last_row) VALUES ($1, $2::text::xid8, $3)
     ON CONFLICT (source) DO UPDATE SET xid = excluded.xid, last_row = excluded.last_row`,
    [source, until.xid, until.lastRow],
  );
}

const SIDES =
  'month, home_pool, treatment_pool, scheme, person_class, visit_kind, hospital_level, measure, bucket';
const GIVEN = `unnest($1::int4[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                      $9::int4[])`;

const makeCells: Statement = {
  name: 'home_make_statistic_cells',
  sql: `INSERT INTO statistic_cell (${SIDES}) SELECT DISTINCT g.* FROM ${GIVEN} g ON CONFLICT DO NOTHING`,
};

const addEntries: Statement = {
  name: 'home_add_statistic_entries',
  // Only what was new to its cell moves the cell's sums.
  sql: `
    WITH given AS (
      SELECT c.cell_id, g.source_id, g.count, g.amount_fen, g.at_ms
        FROM unnest($1::int4[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                    $9::int4[], $10::bytea[], $11::int4[], $12::int8[], $13::int8[])
             AS g(${SIDES}, source_id, count, amount_fen, at_ms)
        JOIN statistic_cell c USING (${SIDES})),
    added AS (
      INSERT INTO statistic_entry (cell_id, source_id, count, amount_fen, at_ms)
      SELECT DISTINCT ON (cell_id, source_id) * FROM given ORDER BY cell_id, source_id, at_ms
      ON CONFLICT DO NOTHING RETURNING cell_id, count, amount_fen),
    sums AS (SELECT cell_id, sum(count)::int8 AS count, sum(amount_fen)::int8 AS amount_fen FROM added GROUP BY 1)
    UPDATE statistic_cell c SET count = c.count + s.count, amount_fen = c.amount_fen + s.amount_fen
      FROM sums s WHERE c.cell_id = s.cell_id`,
};

/** Counts what isn't counted yet; a contribution read twice changes nothing. */
export async function addContributions(tx: Queryable, contributions: readonly Contribution[]): Promise<void> {
  if (contributions.length === 0) return;
  const sides = contributions.map((one) => one.sides);
  const cells = [
    int4Array(contributions.map(({ atMs }) => monthOf(atMs))),
    textArray(sides.map(({ homePool }) => homePool)),
    textArray(sides.map(({ treatmentPool }) => treatmentPool)),
    textArray(sides.map(({ scheme }) => scheme)),
    textArray(sides.map(({ personClass }) => personClass)),
    textArray(sides.map(({ visitKind }) => visitKind)),
    textArray(sides.map(({ hospitalLevel }) => hospitalLevel)),
    textArray(contributions.map(({ measure }) => measure)),
    int4Array(contributions.map(({ bucket }) => bucket)),
  ];
  await tx.query(makeCells, cells);
  await tx.query(addEntries, [
    ...cells,
    byteaArray(contributions.map(({ sourceId }) => sourceId)),
    int4Array(contributions.map(({ count }) => count)),
    int8Array(contributions.map(({ amountFen }) => amountFen)),
    int8Array(contributions.map(({ atMs }) => atMs)),
  ]);
}
