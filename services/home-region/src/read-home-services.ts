import { readFile } from 'node:fs/promises';
import { type LocalDate, parseLocalDate } from '@yijie/calendar';
import { VISIT_KINDS } from '@yijie/codes';
import { z } from 'zod';
import type { DatedServices } from './core/settling/home-services.ts';

const day = z.string().transform((text, context): LocalDate => {
  const date = parseLocalDate(text);
  if (date !== undefined) return date;
  context.addIssue('must be a day, YYYY-MM-DD');
  return z.NEVER;
});

const row = z
  .strictObject({
    region: z.string().regex(/^[1-8]\d{5}$/, 'must be six digits: a pool, or a province for all its pools'),
    from: day,
    until: day.optional(),
    opened: z.array(z.enum(VISIT_KINDS)).min(1),
    outpatientFilingWaived: z.boolean().default(false),
    outpatientHospitals: z
      .strictObject({
        atMost: z.int().min(1).max(3),
        notChosen: z.enum(['refused', 'by-policy']).default('refused'),
        pharmacies: z.enum(['listed', 'free']).default('free'),
      })
      .optional(),
    maternityRequiresFiling: z.boolean().default(true),
    stayAcrossYears: z.enum(['whole', 'by-days']).default('whole'),
    source: z.string().min(1),
  })
  .transform(
    ({ region, from, until, source: _, ...services }): DatedServices => ({
      region,
      from,
      until,
      services,
    }),
  );

const file = z.strictObject({ note: z.string(), rows: z.array(row) });

/** What each pool has opened for its people away from home; throws with the path of what is wrong. */
export async function readHomeServices(path: string): Promise<readonly DatedServices[]> {
  return file.parse(JSON.parse(await readFile(path, 'utf8'))).rows;
}
