import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LocalDate, parseLocalDate } from '@yijie/calendar';
import { HOSPITAL_KINDS, HOSPITAL_LEVELS, parseRegionCode, VISIT_KINDS } from '@yijie/codes';
import { z } from 'zod';
import type { Institution, Opening } from './core/institution.ts';

const day = z.string().transform((text, context): LocalDate => {
  const date = parseLocalDate(text);
  if (date !== undefined) return date;
  context.addIssue('must be a day, YYYY-MM-DD');
  return z.NEVER;
});
const days = { from: day.optional(), until: day.optional() };
/** A kind of visit, always or on certain days. */
const openKind = z.union([
  z.enum(VISIT_KINDS).transform((kind): Opening => ({ kind })),
  z.strictObject({ kind: z.enum(VISIT_KINDS), ...days }),
]);
const openDisease = z.union([
  z
    .string()
    .min(1)
    .transform((diseaseCode): Opening => ({ kind: 'chronic', diseaseCode })),
  z
    .strictObject({ diseaseCode: z.string().min(1), ...days })
    .transform((opening): Opening => ({ kind: 'chronic', ...opening })),
]);

const institution = z.strictObject({
  institutionCode: z.string().regex(/^[A-Za-z0-9]{4,32}$/),
  name: z.string().min(1),
  pool: z.string().refine((code) => parseRegionCode(code) !== undefined, 'is no pool'),
  level: z.enum(HOSPITAL_LEVELS),
  kind: z.enum(HOSPITAL_KINDS),
  openKinds: z.array(openKind),
  openChronic: z.array(openDisease).default([]),
});

/** The institutions of a province, from a JSON list; throws with the path of what is wrong. */
export async function readInstitutions(file: string): Promise<readonly Institution[]> {
  const rows = z.array(institution).parse(JSON.parse(await readFile(file, 'utf8')));
  return rows.map(({ openKinds, openChronic, ...row }) => ({
    ...row,
    openings: [...openKinds, ...openChronic],
    suspended: false,
  }));
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
