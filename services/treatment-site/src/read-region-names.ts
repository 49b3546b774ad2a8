import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Names of regions by code, from data/regions.csv; a code that isn't there stands for itself. */
export async function readRegionNames(dataFolder: string): Promise<(code: string) => string> {
  const text = await readFile(join(dataFolder, 'regions.csv'), 'utf8');
  const names = new Map<string, string>();
  for (const line of text.split('\n').slice(1)) {
    // The first two columns hold neither quotes nor commas.
    const [code, name] = line.split(',', 2);
    if (code && name) names.set(code, name);
  }
  return (code) => names.get(code) ?? code;
}
