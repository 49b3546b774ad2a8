import { readdir, readFile } from 'node:fs/promises';
import type { Migration } from '@yijie/postgres';

/** The tables of this package, for the service's own list of migrations. */
export async function exchangeMigrations(): Promise<Migration[]> {
  const folder = new URL('./schema/', import.meta.url);
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(
    files.map(async (file) => ({
      name: file.slice(0, -'.sql'.length),
      sql: await readFile(new URL(file, folder), 'utf8'),
    })),
  );
}
