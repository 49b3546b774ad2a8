import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MANIFEST_FILE, type ReferenceFile } from './manifest.ts';

/** The manifest and the tables of a folder; notes beside them stay where they are. */
export function readReferenceFolder(folder: string): ReferenceFile[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && (entry.name === MANIFEST_FILE || entry.name.endsWith('.csv')))
    .map(({ name }) => ({ name, content: readFileSync(join(folder, name)) }));
}
