import type { Instant, LocalDate } from '@yijie/calendar';
import type { FilingType, Scheme } from '@yijie/codes';
import {
  type Channel,
  dueOn,
  type Evidence,
  type FilingRecord,
  type FilingState,
  type FilingTransition,
  type ProofState,
  type Registered,
} from '@yijie/filing';
import { boolArray, int4Array, int8Array, type Queryable, type Statement, textArray } from '@yijie/postgres';

/** Whose filing it is: the registry's rules don't need it, the tables do. */
export interface FilingOwner {
  readonly personToken: string;
  readonly scheme: Scheme;
  readonly homePool: string;
}

/** A filing's newest version with its owner. */
export interface OwnedFiling extends Omit<FilingOwner, 'homePool'> {
  readonly record: FilingRecord;
}

/** A version with the line of history that made it. */
export interface NewVersion {
  readonly owner: FilingOwner;
  readonly record: FilingRecord;
  readonly transition: FilingTransition;
}

/** Appends the versions that a decision of the registry made, each with its line of history. */
export async function appendFilings(
  tx: Queryable,
  owner: FilingOwner,
  { rows, transitions }: Registered,
): Promise<void> {
  await appendVersions(
    tx,
    rows.map((record, index) => ({ owner, record, transition: transitions[index] as FilingTransition })),
  );
}

/**
 * Appends versions of any number of people in one statement, and brings the agenda up to date: of several versions of
 * a filing the newest one decides what is owed.
 */
export async function appendVersions(tx: Queryable, versions: readonly NewVersion[]): Promise<void> {
  if (versions.length === 0) return;
  const newest = [...new Map(versions.map((version) => [version.record.filingId, version])).values()];
  const entries = newest.map(agendaEntry);
  await tx.query(appendStatement, [...versionColumns(versions), ...agendaColumns(entries.filter(isOwed))]);
  // What was made just now has nothing on the agenda that could be taken off.
  const made = new Set(
    versions.filter(({ record }) => record.version === 1).map(({ record }) => record.filingId),
  );
  const done = entries.filter((entry) => !isOwed(entry) && !made.has(entry.filingId));
  if (done.length > 0) await tx.query(doneStatement, [textArray(done.map(({ filingId }) => filingId))]);
}

const VERSION_COLUMNS: readonly (readonly [name: string, type: string])[] = [
  ['filing_id', 'uuid'],
  ['version', 'int4'],
  ['person_token', 'text'],
  ['scheme', 'text'],
  ['type', 'text'],
  ['target_region', 'text'],
  ['valid_from', 'date'],
  ['valid_until', 'date'],
  ['state', 'text'],
  ['channel', 'text'],
  ['by_commitment', 'bool'],
  ['proof', 'text'],
  ['proof_due_on', 'date'],
  ['barred_until', 'date'],
  ['supplement_due_on', 'date'],
  ['review_due_on', 'date'],
  ['locked_until', 'date'],
  ['supersedes_id', 'uuid'],
  ['visit_id', 'uuid'],
  ['applied_at_ms', 'int8'],
  ['effective_at_ms', 'int8'],
  ['decided_at_ms', 'int8'],
  ['decided_by', 'text'],
  ['reason_code', 'text'],
  ['event', 'text'],
  ['from_state', 'text'],
  ['actor', 'text'],
  ['at_ms', 'int8'],
  ['reason', 'text'],
  // Lists, joined: an array of arrays would have to be rectangular.
  ['missing', 'text'],
  ['evidence', 'text'],
];
const AGENDA_COLUMNS: readonly (readonly [name: string, type: string])[] = [
  ['filing_id', 'uuid'],
  ['person_token', 'text'],
  ['home_pool', 'text'],
  ['waiting_since_ms', 'int8'],
  ['review_due_on', 'date'],
  ['due_on', 'date'],
  ['proof_due_on', 'date'],
];
/** Doesn't occur in a list: line breaks are refused in every text of a form. */
const SEPARATOR = '\n';

const names = (columns: typeof VERSION_COLUMNS) => columns.map(([name]) => name).join(', ');
/** The parameters arrive as arrays of text, numbers and booleans; days and ids are cast by the server. */
const parameters = (columns: typeof VERSION_COLUMNS, first: number) =>
  columns.map(([, type], index) => `$${first + index}::${wireType(type)}[]`).join(', ');
const casts = (columns: typeof VERSION_COLUMNS) =>
  columns
    .map(([name, type]) => {
      if (name === 'missing' || name === 'evidence') return `string_to_array(v.${name}, E'\\n')`;
      return type === wireType(type) ? `v.${name}` : `v.${name}::${type}`;
    })
    .join(', ');

function wireType(type: string): string {
  return type === 'uuid' || type === 'date' ? 'text' : type;
}

const appendStatement: Statement = {
  name: 'home_append_filings',
  sql: `WITH appended AS (
      INSERT INTO filing (${names(VERSION_COLUMNS)})
      SELECT ${casts(VERSION_COLUMNS)}
        FROM unnest(${parameters(VERSION_COLUMNS, 1)}) AS v(${names(VERSION_COLUMNS)}))
    INSERT INTO filing_agenda (${names(AGENDA_COLUMNS)})
    SELECT ${casts(AGENDA_COLUMNS)}
      FROM unnest(${parameters(AGENDA_COLUMNS, VERSION_COLUMNS.length + 1)}) AS v(${names(AGENDA_COLUMNS)})
    ON CONFLICT (filing_id) DO UPDATE SET
      waiting_since_ms = excluded.waiting_since_ms, review_due_on = excluded.review_due_on,
      due_on = excluded.due_on, proof_due_on = excluded.proof_due_on`,
};

const doneStatement: Statement = {
  name: 'home_take_off_agenda',
  sql: 'DELETE FROM filing_agenda WHERE filing_id = ANY ($1::text[]::uuid[])',
};

function versionColumns(versions: readonly NewVersion[]): Buffer[] {
  const texts = (read: (version: NewVersion) => string | undefined) =>
    textArray(versions.map((version) => read(version) ?? null));
  const instants = (read: (version: NewVersion) => number | undefined) =>
    int8Array(versions.map((version) => read(version) ?? null));
  return [
    texts(({ record }) => record.filingId),
    int4Array(versions.map(({ record }) => record.version)),
    texts(({ owner }) => owner.personToken),
    texts(({ owner }) => owner.scheme),
    texts(({ record }) => record.type),
    texts(({ record }) => record.targetRegion),
    texts(({ record }) => record.from),
    texts(({ record }) => record.until),
    texts(({ record }) => record.state),
    texts(({ record }) => record.channel),
    boolArray(versions.map(({ record }) => record.byCommitment)),
    texts(({ record }) => record.proof),
    texts(({ record }) => record.proofDueOn),
    texts(({ record }) => record.barredUntil),
    texts(({ record }) => record.supplementDueOn),
    texts(({ record }) => record.reviewDueOn),
    texts(({ record }) => record.lockedUntil),
    texts(({ record }) => record.supersedesId),
    texts(({ record }) => record.visitId),
    instants(({ record }) => record.appliedAt),
    instants(({ record }) => record.effectiveAt),
    instants(({ record }) => record.decidedAt),
    texts(({ record }) => record.decidedBy),
    texts(({ record }) => record.reasonCode),
    texts(({ transition }) => transition.event),
    texts(({ transition }) => transition.from),
    texts(({ transition }) => transition.actor),
    instants(({ transition }) => transition.at),
    texts(({ transition }) => transition.reason),
    texts(({ record }) => record.missing?.join(SEPARATOR)),
    texts(({ record }) => record.evidence?.join(SEPARATOR)),
  ];
}

interface AgendaEntry {
  readonly filingId: string;
  readonly personToken: string;
  readonly homePool: string;
  readonly waitingSince?: number | undefined;
  readonly reviewDueOn?: LocalDate | undefined;
  readonly dueOn?: LocalDate | undefined;
  readonly proofDueOn?: LocalDate | undefined;
}

function agendaEntry({ owner, record, transition }: NewVersion): AgendaEntry {
  const waits = record.state === 'REQUESTED';
  return {
    filingId: record.filingId,
    personToken: owner.personToken,
    homePool: owner.homePool,
    // The review clock starts anew when what was missing has come.
    waitingSince: waits ? transition.at : undefined,
    reviewDueOn: waits ? record.reviewDueOn : undefined,
    dueOn: dueOn(record),
    proofDueOn: record.state === 'EFFECTIVE' && record.proof === 'PENDING' ? record.proofDueOn : undefined,
  };
}

function isOwed({ waitingSince, dueOn: due, proofDueOn }: AgendaEntry): boolean {
  return waitingSince !== undefined || due !== undefined || proofDueOn !== undefined;
}

function agendaColumns(entries: readonly AgendaEntry[]): Buffer[] {
  return [
    textArray(entries.map((entry) => entry.filingId)),
    textArray(entries.map((entry) => entry.personToken)),
    textArray(entries.map((entry) => entry.homePool)),
    int8Array(entries.map((entry) => entry.waitingSince ?? null)),
    textArray(entries.map((entry) => entry.reviewDueOn ?? null)),
    textArray(entries.map((entry) => entry.dueOn ?? null)),
    textArray(entries.map((entry) => entry.proofDueOn ?? null)),
  ];
}

/** The newest version of each filing of a person, newest application first; deemed ones are among them. */
export async function filingsOfPerson(database: Queryable, personToken: string): Promise<OwnedFiling[]> {
  const { rows } = await database.query<Row>(
    `SELECT * FROM (SELECT DISTINCT ON (filing_id) * FROM filing WHERE person_token = $1
                     ORDER BY filing_id, version DESC) newest
      ORDER BY applied_at_ms DESC, filing_id`,
    [personToken],
  );
  return rows.map(ownedFiling);
}

/** The newest versions of all filings of several people, but for deemed ones: what the registry's rules look at. */
export async function filingsOfPersons(
  database: Queryable,
  personTokens: readonly string[],
): Promise<ReadonlyMap<string, readonly OwnedFiling[]>> {
  const { rows } = await database.query<Row>(filingsOfPersonsStatement, [textArray(personTokens)]);
  return Map.groupBy(rows.map(ownedFiling), ({ personToken }) => personToken);
}

const filingsOfPersonsStatement: Statement = {
  name: 'home_filings_of_persons',
  sql: `SELECT v.* FROM unnest($1::text[]) AS p(person_token)
         CROSS JOIN LATERAL (SELECT DISTINCT ON (filing_id) * FROM filing
                              WHERE person_token = p.person_token AND channel <> 'DEEMED'
                              ORDER BY filing_id, version DESC) v`,
};

/** Whose filings may be looked at: a pool's people, or one person's own. */
export interface FilingReader {
  readonly pool?: string | undefined;
  readonly personToken?: string | undefined;
}

/** The newest version of a filing, unless it is somebody's whom the reader may not see. */
export async function visibleFiling(
  database: Queryable,
  filingId: string,
  reader: FilingReader,
): Promise<OwnedFiling | undefined> {
  const { rows } = await database.query<Row>(
    `SELECT f.* FROM filing f JOIN member m USING (person_token)
      WHERE f.filing_id = $1 AND ($2::text IS NULL OR m.home_pool = $2) AND ($3::text IS NULL OR f.person_token = $3)
      ORDER BY f.version DESC LIMIT 1`,
    [filingId, reader.pool ?? null, reader.personToken ?? null],
  );
  return rows[0] && ownedFiling(rows[0]);
}

/** The newest versions of these filings, in the order asked for; those that aren't there are left out. */
export async function newestFilings(
  database: Queryable,
  filingIds: readonly string[],
): Promise<OwnedFiling[]> {
  const { rows } = await database.query<Row>(
    `SELECT v.* FROM unnest($1::text[]::uuid[]) WITH ORDINALITY AS i(filing_id, position)
      CROSS JOIN LATERAL (SELECT * FROM filing f WHERE f.filing_id = i.filing_id ORDER BY version DESC LIMIT 1) v
      ORDER BY i.position`,
    [textArray(filingIds)],
  );
  return rows.map(ownedFiling);
}

export async function newestFiling(database: Queryable, filingId: string): Promise<OwnedFiling | undefined> {
  const { rows } = await database.query<Row>(
    'SELECT * FROM filing WHERE filing_id = $1 ORDER BY version DESC LIMIT 1',
    [filingId],
  );
  return rows[0] && ownedFiling(rows[0]);
}

/** Every transition of a filing, oldest first. */
export async function filingHistory(database: Queryable, filingId: string): Promise<FilingTransition[]> {
  const { rows } = await database.query<HistoryRow>(
    `SELECT version, from_state, state, event, actor, at_ms, reason FROM filing WHERE filing_id = $1 ORDER BY version`,
    [filingId],
  );
  return rows.map((row) => ({
    filingId,
    version: row.version,
    from: row.from_state ?? undefined,
    to: row.state,
    event: row.event,
    actor: row.actor,
    at: row.at_ms,
    reason: row.reason ?? undefined,
  }));
}

interface HistoryRow {
  readonly version: number;
  readonly from_state: FilingState | null;
  readonly state: FilingState;
  readonly event: FilingTransition['event'];
  readonly actor: string;
  readonly at_ms: Instant;
  readonly reason: string | null;
}

interface Row {
  readonly filing_id: string;
  readonly version: number;
  readonly person_token: string;
  readonly scheme: Scheme;
  readonly type: FilingType;
  readonly target_region: string;
  readonly valid_from: LocalDate;
  readonly valid_until: LocalDate | null;
  readonly state: FilingState;
  readonly channel: Channel;
  readonly by_commitment: boolean;
  readonly proof: ProofState;
  readonly proof_due_on: LocalDate | null;
  readonly barred_until: LocalDate | null;
  readonly supplement_due_on: LocalDate | null;
  readonly review_due_on: LocalDate | null;
  readonly missing: readonly string[] | null;
  readonly evidence: readonly Evidence[] | null;
  readonly locked_until: LocalDate | null;
  readonly supersedes_id: string | null;
  readonly visit_id: string | null;
  readonly applied_at_ms: Instant;
  readonly effective_at_ms: Instant | null;
  readonly decided_at_ms: Instant | null;
  readonly decided_by: string | null;
  readonly reason_code: string | null;
}

function ownedFiling(row: Row): OwnedFiling {
  return {
    personToken: row.person_token,
    scheme: row.scheme,
    record: {
      filingId: row.filing_id,
      version: row.version,
      type: row.type,
      targetRegion: row.target_region,
      from: row.valid_from,
      until: row.valid_until ?? undefined,
      state: row.state,
      channel: row.channel,
      byCommitment: row.by_commitment,
      evidence: row.evidence ?? undefined,
      proof: row.proof,
      proofDueOn: row.proof_due_on ?? undefined,
      barredUntil: row.barred_until ?? undefined,
      supplementDueOn: row.supplement_due_on ?? undefined,
      reviewDueOn: row.review_due_on ?? undefined,
      missing: row.missing ?? undefined,
      lockedUntil: row.locked_until ?? undefined,
      supersedesId: row.supersedes_id ?? undefined,
      visitId: row.visit_id ?? undefined,
      appliedAt: row.applied_at_ms,
      effectiveAt: row.effective_at_ms ?? undefined,
      decidedAt: row.decided_at_ms ?? undefined,
      decidedBy: row.decided_by ?? undefined,
      reasonCode: row.reason_code ?? undefined,
    },
  };
}
