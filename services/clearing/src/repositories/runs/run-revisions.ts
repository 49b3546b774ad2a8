import type {
  PairPosition,
  PartyCode,
  PartyTables,
  Period,
  RunOwner,
  RunTables,
  Table,
} from '@yijie/clearing';
import type { Queryable } from '@yijie/postgres';
import { fromCompressedJson, toCompressedJson } from './compressed-json.ts';

/** Tables of a revision, made ready for the database before its transaction begins. */
export interface PackedRevision {
  readonly pairs: Buffer;
  readonly tables: readonly { readonly party: PartyCode; readonly hash: string; readonly bytes: Buffer }[];
}

export async function packRevision(
  tables: RunTables,
  hashes: ReadonlyMap<PartyCode, string>,
  contentHash: string,
): Promise<PackedRevision> {
  const packed = [{ party: tables.owner, hash: contentHash, bytes: await toCompressedJson(tables.clearing) }];
  for (const one of tables.parties) {
    packed.push({
      party: one.party,
      hash: hashes.get(one.party) ?? '',
      bytes: await toCompressedJson(one),
    });
  }
  // A province's own code is a party of its run where it is a municipality's pool: the owner's row has a name of its own.
  const [own, ...parties] = packed;
  return {
    pairs: await toCompressedJson(tables.pairs),
    tables: own === undefined ? [] : [{ ...own, party: OWNER_TABLE }, ...parties],
  };
}

/** Table 9 belongs to the run and not to a party. */
const OWNER_TABLE = '*';

export async function storeRevision(
  tx: Queryable,
  { owner, period, revision }: { owner: RunOwner; period: Period; revision: number },
  { pairs, tables }: PackedRevision,
  made: { contentHash: string; by: string; atMs: number; settlements: number; clearingFen: number },
): Promise<void> {
  await tx.query(
    `INSERT INTO run_revision (owner, period, revision, content_hash, generated_by, generated_at_ms, settlements,
       clearing_fen, pairs) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      owner,
      period,
      revision,
      made.contentHash,
      made.by,
      made.atMs,
      made.settlements,
      made.clearingFen,
      pairs,
    ],
  );
  await tx.query(
    `INSERT INTO run_table (owner, period, revision, party, content_hash, tables)
     SELECT $1, $2, $3, * FROM unnest($4::text[], $5::text[], $6::bytea[])`,
    [
      owner,
      period,
      revision,
      tables.map(({ party }) => party),
      tables.map(({ hash }) => hash),
      tables.map(({ bytes }) => bytes),
    ],
  );
  await tx.query('UPDATE run SET settlements = $3, is_stale = false WHERE owner = $1 AND period = $2', [
    owner,
    period,
    made.settlements,
  ]);
}

/** What each party owed each other one in a revision. */
export async function readPairs(
  tx: Queryable,
  owner: RunOwner,
  period: Period,
  revision: number,
): Promise<readonly PairPosition[]> {
  const { rows } = await tx.query<{ pairs: Buffer }>(
    'SELECT pairs FROM run_revision WHERE owner = $1 AND period = $2 AND revision = $3',
    [owner, period, revision],
  );
  const [row] = rows;
  return row === undefined ? [] : fromCompressedJson<PairPosition[]>(row.pairs);
}

/** All tables of a revision, as they were stored. */
export async function readRevisionTables(
  tx: Queryable,
  owner: RunOwner,
  period: Period,
  revision: number,
): Promise<RunTables> {
  const { rows } = await tx.query<{ party: PartyCode; tables: Buffer }>(
    `SELECT party, tables FROM run_table WHERE owner = $1 AND period = $2 AND revision = $3 ORDER BY party`,
    [owner, period, revision],
  );
  const parties: PartyTables[] = [];
  let clearing: Table | undefined;
  for (const { party, tables } of rows) {
    if (party === OWNER_TABLE) clearing = await fromCompressedJson<Table>(tables);
    else parties.push(await fromCompressedJson<PartyTables>(tables));
  }
  if (clearing === undefined) throw new Error(`revision ${revision} of ${owner}/${period} has no table 9`);
  return { owner, period, pairs: await readPairs(tx, owner, period, revision), clearing, parties };
}

/** Table 9 of a revision. */
export async function readRunTable(
  tx: Queryable,
  owner: RunOwner,
  period: Period,
  revision: number,
): Promise<StoredTables<Table> | undefined> {
  return readTables<Table>(tx, owner, period, revision, OWNER_TABLE);
}

/** Tables 10 to 14 of a party. */
export async function readPartyTables(
  tx: Queryable,
  owner: RunOwner,
  period: Period,
  revision: number,
  party: PartyCode,
): Promise<StoredTables<PartyTables> | undefined> {
  return readTables<PartyTables>(tx, owner, period, revision, party);
}

export interface StoredTables<Content> {
  readonly content: Content;
  readonly contentHash: string;
  readonly generatedAtMs: number;
}

async function readTables<Content>(
  tx: Queryable,
  owner: RunOwner,
  period: Period,
  revision: number,
  party: PartyCode,
): Promise<StoredTables<Content> | undefined> {
  const { rows } = await tx.query<{ tables: Buffer; content_hash: string; generated_at_ms: number }>(
    `SELECT t.tables, t.content_hash, v.generated_at_ms
       FROM run_table t JOIN run_revision v USING (owner, period, revision)
      WHERE owner = $1 AND period = $2 AND revision = $3 AND party = $4`,
    [owner, period, revision, party],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const content = await fromCompressedJson<Content>(row.tables);
  return { content, contentHash: row.content_hash, generatedAtMs: row.generated_at_ms };
}
