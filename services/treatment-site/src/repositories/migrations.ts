import { fileURLToPath } from 'node:url';
import { exchangeMigrations } from '@yijie/exchange';
import { type Migration, readMigrations } from '@yijie/postgres';
import { auditMigrationsFolder } from '@yijie/security';

/** Everything that the database of a treatment site holds: its own tables, the exchange's and the audit's. */
export async function treatmentMigrations(): Promise<Migration[]> {
  const own = fileURLToPath(new URL('../../migrations/', import.meta.url));
  const [audit, exchange, ownTables] = await Promise.all([
    readMigrations(auditMigrationsFolder),
    exchangeMigrations(),
    readMigrations(own),
  ]);
  return [...audit, ...exchange, ...ownTables];
}
