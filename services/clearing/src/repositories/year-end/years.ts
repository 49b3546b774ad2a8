import type { PartyCode, RunOwner, Table } from '@yijie/clearing';
import type { Queryable } from '@yijie/postgres';

export type YearState = 'OPEN' | 'ISSUED' | 'CLOSED';

export interface StoredYear {
  readonly state: YearState;
  readonly issuedBy: string | undefined;
  readonly issuedAtMs: number | undefined;
  readonly closedAtMs: number | undefined;
}

/** A year that nobody has applied for is open. */
export async function findYear(tx: Queryable, owner: RunOwner, year: number): Promise<StoredYear> {
  return readYear(tx, owner, year, '');
}

/** Holds the year for an act: every other act on it waits until the transaction ends. */
export async function lockYear(tx: Queryable, owner: RunOwner, year: number): Promise<StoredYear> {
  await tx.query('INSERT INTO year_end (owner, year) VALUES ($1, $2) ON CONFLICT DO NOTHING', [owner, year]);
  return readYear(tx, owner, year, 'FOR UPDATE');
}

async function readYear(
  tx: Queryable,
  owner: RunOwner,
  year: number,
  lock: '' | 'FOR UPDATE',
): Promise<StoredYear> {
  const { rows } = await tx.query<YearRow>(
    `SELECT state, issued_by, issued_at_ms, closed_at_ms FROM year_end WHERE owner = $1 AND year = $2 ${lock}`,
    [owner, year],
  );
  const [row] = rows;
  return {
    state: row?.state ?? 'OPEN',
    issuedBy: row?.issued_by ?? undefined,
    issuedAtMs: row?.issued_at_ms ?? undefined,
    closedAtMs: row?.closed_at_ms ?? undefined,
  };
}

interface YearRow {
  readonly state: YearState;
  readonly issued_by: string | null;
  readonly issued_at_ms: number | null;
  readonly closed_at_ms: number | null;
}

export async function markIssued(
  tx: Queryable,
  owner: RunOwner,
  year: number,
  by: string,
  atMs: number,
): Promise<void> {
  await tx.query(
    `UPDATE year_end SET state = 'ISSUED', issued_by = $3, issued_at_ms = $4 WHERE owner = $1 AND year = $2`,
    [owner, year, by, atMs],
  );
}

export async function markClosed(
  tx: Queryable,
  owner: RunOwner,
  year: number,
  by: string,
  atMs: number,
): Promise<void> {
  await tx.query(
    `UPDATE year_end SET state = 'CLOSED', closed_by = $3, closed_at_ms = $4 WHERE owner = $1 AND year = $2`,
    [owner, year, by, atMs],
  );
}

export interface HashedTable {
  readonly table: Table;
  readonly contentHash: string;
}

export async function storeYearTables(
  tx: Queryable,
  owner: RunOwner,
  year: number,
  tables: readonly HashedTable[],
): Promise<void> {
  await tx.query(
    `INSERT INTO year_end_table (owner, year, table_no, party, content_hash, content)
     SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::text[], $6::json[])`,
    [
      owner,
      year,
      tables.map(({ table }) => table.no),
      tables.map(({ table }) => table.owner),
      tables.map(({ contentHash }) => contentHash),
      tables.map(({ table }) => JSON.stringify(table)),
    ],
  );
}

/** Sorted by number and party. */
export async function readYearTables(
  tx: Queryable,
  owner: RunOwner,
  year: number,
): Promise<readonly HashedTable[]> {
  const { rows } = await tx.query<{ party: PartyCode; content_hash: string; content: Table }>(
    `SELECT party, content_hash, content FROM year_end_table WHERE owner = $1 AND year = $2 ORDER BY table_no, party`,
    [owner, year],
  );
  return rows.map((row) => ({ table: row.content, contentHash: row.content_hash }));
}
