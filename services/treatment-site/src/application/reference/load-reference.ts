import { type LocalDate, localDateAt } from '@yijie/calendar';
import { type Refusal, refuse } from '@yijie/errors';
import type { Database, Queryable } from '@yijie/postgres';
import {
  compareTable,
  type KnownKeys,
  type ReferenceChange,
  type ReferenceFile,
  type ReferenceProblem,
  type ReferenceRow,
  type ReferenceTable,
  type ReferenceVersion,
  readReferenceVersion,
  type TableDifference,
} from '@yijie/reference-data';
import type { AuditActor } from '@yijie/security';
import { saveAudit } from '../../repositories/audit-part.ts';
import { applyInstitutions } from '../../repositories/institutions.ts';
import {
  endRows,
  insertRows,
  insertVersion,
  loadedVersions,
  lockReference,
  rowsInForce,
} from '../../repositories/reference.ts';

/** A version that could be loaded, and what that would change. */
export interface ComparedReference {
  readonly ok: true;
  readonly version: ReferenceVersion;
  readonly changes: readonly ReferenceChange[];
  readonly tables: readonly TableDifference[];
}

export interface BrokenReference {
  readonly ok: false;
  readonly problems: readonly ReferenceProblem[];
}

/** Everything that is wrong with the files, or what loading them would change. Writes nothing. */
export async function compareReference(
  database: Queryable,
  files: readonly ReferenceFile[],
  province: string,
  today: LocalDate,
): Promise<ComparedReference | BrokenReference> {
  const read = readReferenceVersion(files, await keysInForce(database, today));
  if (!read.ok) return read;
  const { version } = read;
  const problems = foreignInstitutions(version, province);
  if (problems.length > 0) return { ok: false, problems };
  const changes: ReferenceChange[] = [];
  const tables: TableDifference[] = [];
  for (const [table, rows] of version.tables) {
    const compared = compareTable(table, await rowsInForce(database, table, version.validFrom), rows);
    changes.push(...compared.changes);
    tables.push(compared.difference);
  }
  return { ok: true, version, changes, tables };
}

export interface LoadedReference {
  readonly ok: true;
  readonly version: string;
  readonly tables: readonly TableDifference[];
  readonly alreadyLoaded: boolean;
}

/** Loads a version as a whole: rows, version, audit and today's institutions in one transaction, or nothing. */
export function loadReference(
  parts: { readonly database: Database; readonly province: string },
  files: readonly ReferenceFile[],
  by: AuditActor,
  nowMs: number,
): Promise<LoadedReference | Refusal> {
  const today = localDateAt(nowMs);
  return parts.database.transaction(async (tx) => {
    await lockReference(tx);
    const compared = await compareReference(tx, files, parts.province, today);
    if (!compared.ok) return broken(compared.problems);
    const { version, changes, tables } = compared;
    const earlier = await loadedVersions(tx);
    const same = earlier.find((one) => one.version === version.version);
    if (same !== undefined) {
      return same.sha256 === version.sha256
        ? { ok: true, version: version.version, tables: same.tables, alreadyLoaded: true }
        : refuse('REF-VERSION', { version: version.version });
    }
    const later = earlier.find((one) => one.validFrom > version.validFrom);
    if (later !== undefined)
      return refuse('REF-ORDER', { validFrom: version.validFrom, latest: later.validFrom });
    await insertVersion(tx, version, { tables, atMs: nowMs, by: by.actor });
    for (const [table, rows] of version.tables) await writeTable(tx, table, rows, changes, version);
    await applyInstitutions(tx, today);
    await saveAudit(tx, [{ by, action: 'load-reference', object: `reference:${version.version}` }], nowMs);
    return { ok: true, version: version.version, tables, alreadyLoaded: false };
  });
}

/** The first flaw as a refusal; all of them are what a check tells. */
export function broken(problems: readonly ReferenceProblem[]): Refusal {
  const [first] = problems;
  return refuse('REF-BROKEN', {
    file: first?.file ?? '',
    line: String(first?.line ?? 0),
    reason: `${first?.column ?? ''} ${first?.value ?? ''} ${first?.reason ?? ''}`.trim(),
    count: String(problems.length),
  });
}

async function writeTable(
  tx: Queryable,
  table: ReferenceTable,
  rows: readonly ReferenceRow[],
  changes: readonly ReferenceChange[],
  version: ReferenceVersion,
): Promise<void> {
  const of = (kinds: readonly ReferenceChange['kind'][]) =>
    new Set(
      changes.filter((change) => change.table === table && kinds.includes(change.kind)).map(({ key }) => key),
    );
  await endRows(tx, table, [...of(['changed', 'ended'])], version.validFrom);
  const fresh = of(['added', 'changed']);
  await insertRows(
    tx,
    table,
    rows.filter(({ key }) => fresh.has(key)),
    version,
  );
}

/** What a version's rows may refer to beside its own. */
async function keysInForce(database: Queryable, today: LocalDate): Promise<KnownKeys> {
  const keys = new Map<ReferenceTable, ReadonlySet<string>>();
  const rows = await rowsInForce(database, 'institutions', today);
  keys.set('institutions', new Set(rows.map(({ key }) => key)));
  return (table) => keys.get(table) ?? new Set();
}

/** A treatment site speaks for the institutions of its own province alone. */
function foreignInstitutions(version: ReferenceVersion, province: string): ReferenceProblem[] {
  const rows = version.tables.get('institutions') ?? [];
  return rows
    .filter(({ fields }) => !fields.pool?.startsWith(province.slice(0, 2)))
    .map(({ key, fields }) => ({
      file: 'institutions',
      line: 0,
      column: 'pool',
      value: `${key} ${fields.pool}`,
      reason: `lies outside of the province ${province}`,
    }));
}
