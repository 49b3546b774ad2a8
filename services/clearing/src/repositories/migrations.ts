import { fileURLToPath } from 'node:url';
import { exchangeMigrations } from '@yijie/exchange';
import { type Migration, readMigrations } from '@yijie/postgres';
import { auditMigrationsFolder } from '@yijie/security';

/** Every step of this service's schema, those of the shared tables included. */
export async function clearingMigrations(): Promise<Migration[]> {
  const own = await readMigrations(fileURLToPath(new URL('../../migrations', import.meta.url)));
  return [...(await exchangeMigrations()), ...(await readMigrations(auditMigrationsFolder)), ...own];
}
