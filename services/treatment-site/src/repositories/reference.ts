import type { LocalDate } from '@yijie/calendar';
import { type Queryable, textArray } from '@yijie/postgres';
import type { ReferenceRow, ReferenceTable, ReferenceVersion, TableDifference } from '@yijie/reference-data';

export interface LoadedVersion {
  readonly version: string;
  readonly validFrom: LocalDate;
  readonly source: string;
  readonly sha256: string;
  readonly tables: readonly TableDifference[];
  readonly loadedAtMs: number;
  readonly loadedBy: string;
}

/** One load at a time; what is compared can't change before it is written. */
export async function lockReference(tx: Queryable): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtext('yijie.reference'))`);
}

/** Newest first. */
export async function loadedVersions(database: Queryable): Promise<LoadedVersion[]> {
  const { rows } = await database.query<LoadedVersion>(
    `SELECT version, valid_from AS "validFrom", source, sha256, tables, loaded_at_ms AS "loadedAtMs",
            loaded_by AS "loadedBy"
       FROM reference_version ORDER BY revision DESC`,
  );
  return [...rows];
}

export async function referenceRevision(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ revision: number }>(
    'SELECT coalesce(max(revision), 0) AS revision FROM reference_version',
  );
  return rows[0]?.revision ?? 0;
}

const IN_FORCE = `valid_from <= $2::date AND (valid_until IS NULL OR valid_until > $2::date)`;

export async function rowsInForce(
  database: Queryable,
  table: ReferenceTable,
  day: LocalDate,
): Promise<ReferenceRow[]> {
  const { rows } = await database.query<ReferenceRow>(
    `SELECT row_key AS key, fields FROM reference_row WHERE table_name = $1 AND ${IN_FORCE}`,
    [table, day],
  );
  return [...rows];
}

/** Rows of a table with the days on which they hold, ended ones too. */
export async function rowsEver(
  database: Queryable,
  table: ReferenceTable,
): Promise<readonly (ReferenceRow & { readonly from: LocalDate; readonly until: LocalDate | null })[]> {
  const { rows } = await database.query<ReferenceRow & { from: LocalDate; until: LocalDate | null }>(
    `SELECT row_key AS key, fields, valid_from AS "from", valid_until AS "until"
       FROM reference_row WHERE table_name = $1 ORDER BY row_key, valid_from`,
    [table],
  );
  return [...rows];
}

export async function insertVersion(
  tx: Queryable,
  version: ReferenceVersion,
  load: { readonly tables: readonly TableDifference[]; readonly atMs: number; readonly by: string },
): Promise<void> {
  await tx.query(
    `INSERT INTO reference_version (version, valid_from, source, sha256, tables, loaded_at_ms, loaded_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      version.version,
      version.validFrom,
      version.source,
      version.sha256,
      JSON.stringify(load.tables),
      load.atMs,
      load.by,
    ],
  );
}

/** Ends rows on a day; those that began on that very day (a correction of it) are taken back. */
export async function endRows(
  tx: Queryable,
  table: ReferenceTable,
  keys: readonly string[],
  day: LocalDate,
): Promise<void> {
  const inForce = `table_name = $1 AND row_key = ANY ($3::text[]) AND ${IN_FORCE}`;
  await tx.query(`DELETE FROM reference_row WHERE ${inForce} AND valid_from = $2::date`, [
    table,
    day,
    textArray(keys),
  ]);
  await tx.query(`UPDATE reference_row SET valid_until = $2::date WHERE ${inForce}`, [
    table,
    day,
    textArray(keys),
  ]);
}

export async function insertRows(
  tx: Queryable,
  table: ReferenceTable,
  rows: readonly ReferenceRow[],
  version: ReferenceVersion,
): Promise<void> {
  await tx.query(
    `INSERT INTO reference_row (table_name, row_key, valid_from, fields, version)
     SELECT $1, row_key, $2::date, fields::json, $3
       FROM unnest($4::text[], $5::text[]) AS r(row_key, fields)`,
    [
      table,
      version.validFrom,
      version.version,
      textArray(rows.map(({ key }) => key)),
      textArray(rows.map(({ fields }) => JSON.stringify(fields))),
    ],
  );
}
