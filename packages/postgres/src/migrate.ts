import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database, Queryable } from './database.ts';

/** A step forward of the schema. There is no way back: code of two neighbouring releases works on both sides. */
export interface Migration {
  /** UTC timestamp and purpose, e.g. `20261121T2100_settlement`. Applied in the order of names. */
  readonly name: string;
  readonly sql: string;
}

/** Reads `<folder>/<name>/up.sql`. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{8}T\d{4}_/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => ({ name, sql: await readFile(join(folder, name, 'up.sql'), 'utf8') })),
  );
}

/**
 * Applies what is missing, each in its own transaction. Safe to run from several replicas at once. Refuses when an
 * applied migration's text has changed or a name older than the newest applied one is missing.
 */
export async function migrate(
  database: Database,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  return database.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock(704_2026)');
    await tx.query(
      `CREATE TABLE IF NOT EXISTS schema_migration (
         name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
    );
    const applied = await appliedChecksums(tx);
    const done: string[] = [];
    for (const migration of [...migrations].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const checksum = createHash('sha256').update(migration.sql).digest('hex');
      const known = applied.get(migration.name);
      if (known === checksum) continue;
      if (known !== undefined)
        throw new Error(`migration ${migration.name} was changed after it was applied`);
      await tx.query(migration.sql);
      await tx.query('INSERT INTO schema_migration (name, checksum) VALUES ($1, $2)', [
        migration.name,
        checksum,
      ]);
      done.push(migration.name);
    }
    return done;
  });
}

async function appliedChecksums(tx: Queryable): Promise<Map<string, string>> {
  const { rows } = await tx.query<{ name: string; checksum: string }>(
    'SELECT name, checksum FROM schema_migration',
  );
  return new Map(rows.map((row) => [row.name, row.checksum]));
}
