import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HOSPITAL_KINDS, HOSPITAL_LEVELS, parseRegionCode, VISIT_KINDS } from '@yijie/codes';
import { z } from 'zod';
import type { Institution } from './core/institution.ts';

const institution = z.strictObject({
  institutionCode: z.string().regex(/^[A-Za-z0-9]{4,32}$/),
  name: z.string().min(1),
  pool: z.string().refine((code) => parseRegionCode(code) !== undefined, 'is no pool'),
  level: z.enum(HOSPITAL_LEVELS),
  kind: z.enum(HOSPITAL_KINDS),
  openKinds: z.array(z.enum(VISIT_KINDS)),
  openChronic: z.array(z.string().min(1)).default([]),
});

/** The institutions of a province, from a JSON list; throws with the path of what is wrong. */
export async function readInstitutions(file: string): Promise<readonly Institution[]> {
  const rows = z.array(institution).parse(JSON.parse(await readFile(file, 'utf8')));
  return rows.map((row) => ({ ...row, suspended: false }));
}

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
