import type { Instant } from '@yijie/calendar';
import {
  levelOf,
  type PartyCode,
  type PartyState,
  type Period,
  type Run,
  type RunOwner,
  type RunParty,
  type RunState,
} from '@yijie/clearing';
import type { Queryable } from '@yijie/postgres';

/** A run with what only the service knows of it. */
export interface StoredRun extends Run {
  readonly isStale: boolean;
  readonly settlements: number;
  readonly carried: number;
  readonly generatedAtMs: number | undefined;
}

/** `lock` keeps every other change of the run waiting until the transaction ends. */
export async function loadRun(
  tx: Queryable,
  owner: RunOwner,
  period: Period,
  lock: '' | 'FOR UPDATE' = '',
): Promise<StoredRun | undefined> {
  const { rows } = await tx.query<RunRow>(
    `SELECT ${RUN_COLUMNS} FROM run WHERE owner = $1 AND period = $2 ${lock}`,
    [owner, period],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const parties = await tx.query<PartyRow>(
    `SELECT * FROM run_party WHERE owner = $1 AND period = $2 ORDER BY party`,
    [owner, period],
  );
  return runFromRows(row, parties.rows);
}

/** The newest run of each owner, or all runs of a period. */
export async function listRuns(
  tx: Queryable,
  owners: readonly RunOwner[],
  period: Period | undefined,
): Promise<readonly StoredRun[]> {
  const { rows } = await tx.query<RunRow>(
    `SELECT DISTINCT ON (owner) ${RUN_COLUMNS} FROM run
      WHERE owner = ANY($1) AND ($2::int IS NULL OR period = $2) ORDER BY owner, period DESC`,
    [owners, period ?? null],
  );
  const parties = await tx.query<PartyRow>(
    `SELECT p.* FROM run_party p JOIN unnest($1::text[], $2::int[]) AS r (owner, period) USING (owner, period)
      ORDER BY party`,
    [rows.map(({ owner }) => owner), rows.map((row) => row.period)],
  );
  const byRun = Map.groupBy(parties.rows, (row) => row.owner);
  return rows.map((row) => runFromRows(row, byRun.get(row.owner) ?? []));
}

export async function insertRun(tx: Queryable, run: Run, by: string, atMs: number): Promise<void> {
  await tx.query('INSERT INTO run (owner, period, state, cut_by, cut_at_ms) VALUES ($1, $2, $3, $4, $5)', [
    run.owner,
    run.period,
    run.state,
    by,
    atMs,
  ]);
}

/** Writes what changed. Parties that a new revision no longer has go; their signatures stay in `run_signature`. */
export async function saveRun(tx: Queryable, before: Run, after: Run, atMs: number): Promise<void> {
  const { owner, period, state, revision, contentHash, generatedBy, releasedBy } = after;
  await tx.query(
    `UPDATE run SET state = $3, revision = $4, content_hash = $5, generated_by = $6,
            generated_at_ms = CASE WHEN revision = $4 THEN generated_at_ms ELSE $8 END, released_by = $7,
            released_at_ms = CASE WHEN released_by IS NULL AND $7::text IS NOT NULL THEN $8 ELSE released_at_ms END
      WHERE owner = $1 AND period = $2`,
    [owner, period, state, revision, contentHash, generatedBy ?? null, releasedBy ?? null, atMs],
  );
  const known = new Map(before.parties.map((party) => [party.party, party]));
  const gone = before.parties.filter(({ party }) => !after.parties.some((one) => one.party === party));
  if (gone.length > 0) {
    await tx.query('DELETE FROM run_party WHERE owner = $1 AND period = $2 AND party = ANY($3)', [
      owner,
      period,
      gone.map(({ party }) => party),
    ]);
  }
  const changed = after.parties.filter((party) => known.get(party.party) !== party);
  if (changed.length > 0) await putParties(tx, owner, period, changed);
}

async function putParties(
  tx: Queryable,
  owner: RunOwner,
  period: Period,
  parties: readonly RunParty[],
): Promise<void> {
  await tx.query(
    `INSERT INTO run_party SELECT $1, $2, * FROM json_to_recordset($3) AS p (party text, content_hash text, state text,
       revision int, acted_by text, acted_at_ms bigint, key_id text, signature text, reason text, disputed_rows text[])
     ON CONFLICT (owner, period, party) DO UPDATE SET content_hash = excluded.content_hash, state = excluded.state,
       revision = excluded.revision, acted_by = excluded.acted_by, acted_at_ms = excluded.acted_at_ms,
       key_id = excluded.key_id, signature = excluded.signature, reason = excluded.reason,
       disputed_rows = excluded.disputed_rows`,
    [owner, period, JSON.stringify(parties.map(rowFromParty))],
  );
  await tx.query(
    `INSERT INTO run_signature SELECT owner, period, revision, party, content_hash, acted_by, key_id, signature, acted_at_ms
       FROM run_party WHERE owner = $1 AND period = $2 AND party = ANY($3) AND state = 'SIGNED'
     ON CONFLICT DO NOTHING`,
    [owner, period, parties.map(({ party }) => party)],
  );
}

export async function markStale(
  tx: Queryable,
  owner: RunOwner,
  period: Period,
  isStale: boolean,
): Promise<void> {
  await tx.query('UPDATE run SET is_stale = $3 WHERE owner = $1 AND period = $2 AND revision > 0', [
    owner,
    period,
    isStale,
  ]);
}

const RUN_COLUMNS = `owner, period, state, revision, content_hash, generated_by, generated_at_ms, released_by, is_stale,
  settlements, carried`;

interface RunRow {
  readonly owner: RunOwner;
  readonly period: Period;
  readonly state: RunState;
  readonly revision: number;
  readonly content_hash: string;
  readonly generated_by: string | null;
  readonly generated_at_ms: number | null;
  readonly released_by: string | null;
  readonly is_stale: boolean;
  readonly settlements: number;
  readonly carried: number;
}

interface PartyRow {
  readonly owner: RunOwner;
  readonly party: PartyCode;
  readonly content_hash: string;
  readonly state: PartyState;
  readonly revision: number | null;
  readonly acted_by: string | null;
  readonly acted_at_ms: number | null;
  readonly key_id: string | null;
  readonly signature: string | null;
  readonly reason: string | null;
  readonly disputed_rows: readonly string[] | null;
}

function runFromRows(row: RunRow, parties: readonly PartyRow[]): StoredRun {
  return {
    owner: row.owner,
    level: levelOf(row.owner),
    period: row.period,
    state: row.state,
    revision: row.revision,
    contentHash: row.content_hash,
    generatedBy: row.generated_by ?? undefined,
    releasedBy: row.released_by ?? undefined,
    parties: parties.map(partyFromRow),
    isStale: row.is_stale,
    settlements: row.settlements,
    carried: row.carried,
    generatedAtMs: row.generated_at_ms ?? undefined,
  };
}

function partyFromRow(row: PartyRow): RunParty {
  return {
    party: row.party,
    contentHash: row.content_hash,
    state: row.state,
    revision: row.revision ?? undefined,
    by: row.acted_by ?? undefined,
    at: (row.acted_at_ms ?? undefined) as Instant | undefined,
    keyId: row.key_id ?? undefined,
    signature: row.signature ?? undefined,
    reason: row.reason ?? undefined,
    disputedRows: row.disputed_rows ?? undefined,
  };
}

function rowFromParty(party: RunParty): Omit<PartyRow, 'owner'> {
  return {
    party: party.party,
    content_hash: party.contentHash,
    state: party.state,
    revision: party.revision ?? null,
    acted_by: party.by ?? null,
    acted_at_ms: party.at ?? null,
    key_id: party.keyId ?? null,
    signature: party.signature ?? null,
    reason: party.reason ?? null,
    disputed_rows: party.disputedRows ?? null,
  };
}
