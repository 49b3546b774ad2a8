import { int8Array, type Queryable, textArray } from '@yijie/postgres';

export interface FilingLoad {
  readonly loadId: string;
  readonly homePool: string;
  readonly source: string;
  readonly linesDone: number;
  readonly accepted: number;
  readonly refused: number;
}

export interface RefusedLine {
  readonly line: number;
  readonly code: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Makes the load of a file, or finds the one that is there. */
export async function openLoad(
  tx: Queryable,
  load: Pick<FilingLoad, 'loadId' | 'homePool' | 'source'> & {
    readonly fileHash: Uint8Array;
    readonly openedBy: string;
    readonly nowMs: number;
  },
): Promise<FilingLoad> {
  await tx.query(
    `INSERT INTO filing_load (load_id, home_pool, file_hash, source, opened_by, opened_at_ms)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    [load.loadId, load.homePool, load.fileHash, load.source, load.openedBy, load.nowMs],
  );
  // A statement of its own: the one above doesn't see what another session made meanwhile.
  const { rows } = await tx.query<Row>('SELECT * FROM filing_load WHERE home_pool = $1 AND file_hash = $2', [
    load.homePool,
    load.fileHash,
  ]);
  const [row] = rows;
  if (row === undefined) throw new Error('a load that was made is gone');
  return loadOf(row);
}

export async function findLoad(
  database: Queryable,
  loadId: string,
  pool: string,
  options: { readonly lock: boolean },
): Promise<FilingLoad | undefined> {
  const { rows } = await database.query<Row>(
    `SELECT * FROM filing_load WHERE load_id = $1 AND home_pool = $2${options.lock ? ' FOR UPDATE' : ''}`,
    [loadId, pool],
  );
  return rows[0] && loadOf(rows[0]);
}

/** Moves the load on, with the lines that were refused on the way. */
export async function advanceLoad(
  tx: Queryable,
  loadId: string,
  lines: number,
  refused: readonly RefusedLine[],
): Promise<FilingLoad> {
  if (refused.length > 0) {
    await tx.query(
      `INSERT INTO filing_load_refusal (load_id, line, code, seen)
       SELECT $1, r.line, r.code, r.seen::json FROM unnest($2::int8[], $3::text[], $4::text[]) AS r(line, code, seen)`,
      [
        loadId,
        int8Array(refused.map(({ line }) => line)),
        textArray(refused.map(({ code }) => code)),
        textArray(refused.map(({ values }) => JSON.stringify(values))),
      ],
    );
  }
  const { rows } = await tx.query<Row>(
    `UPDATE filing_load SET lines_done = lines_done + $2, refused = refused + $3, accepted = accepted + $2 - $3
      WHERE load_id = $1 RETURNING *`,
    [loadId, lines, refused.length],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a locked load is gone');
  return loadOf(row);
}

/** Lines that were refused, in order, from after `afterLine` up to `untilLine`, included. */
export async function refusedLines(
  database: Queryable,
  loadId: string,
  afterLine: number,
  untilLine: number,
  limit: number,
): Promise<RefusedLine[]> {
  const { rows } = await database.query<{ line: number; code: string; seen: Record<string, string> }>(
    `SELECT line, code, seen FROM filing_load_refusal
      WHERE load_id = $1 AND line > $2 AND line <= $3 ORDER BY line LIMIT $4`,
    [loadId, afterLine, untilLine, limit],
  );
  return rows.map(({ line, code, seen }) => ({ line, code, values: seen }));
}

interface Row {
  readonly load_id: string;
  readonly home_pool: string;
  readonly source: string;
  readonly lines_done: number;
  readonly accepted: number;
  readonly refused: number;
}

function loadOf(row: Row): FilingLoad {
  return {
    loadId: row.load_id,
    homePool: row.home_pool,
    source: row.source,
    linesDone: row.lines_done,
    accepted: row.accepted,
    refused: row.refused,
  };
}
