import type { LocalDate } from '@yijie/calendar';
import { parseLocalDate } from '@yijie/calendar';
import { FILING_TYPES, type FilingType, provinceOf } from '@yijie/codes';
import { z } from 'zod';
import { defaultFilingParameters, type FilingParameters } from './filing-parameters.ts';

/** What every region follows that has nothing of its own. */
const NATIONAL = '100000';

const months = z.int().min(1).max(120);
const validity = z.union([months, z.literal('open-ended')]);
const days = z.int().min(0).max(3_650);

/** The values that a region may set; bounds are those of the national rules where they state one. */
const values = z.strictObject({
  validity: z.partialRecord(z.enum(FILING_TYPES), validity).optional(),
  commitmentValidity: validity.optional(),
  // Temporary filings hold for six months at least.
  temporaryMonthsMin: z.int().min(6).max(120).optional(),
  temporaryMonthsMax: z.int().min(6).max(120).optional(),
  backdateDays: z.partialRecord(z.enum(FILING_TYPES), days).optional(),
  advanceDaysMax: days.optional(),
  selfServiceTypes: z.array(z.enum(FILING_TYPES)).optional(),
  // Changes and cancellations are locked for six months at most.
  longTermLockMonths: z.int().min(0).max(6).optional(),
  lockFreeHours: z.int().min(0).max(8_784).optional(),
  commitmentProofDueDays: days.optional(),
  commitmentBarMonths: z.int().min(0).max(120).optional(),
  supplementDays: z.int().min(1).max(365).optional(),
  reviewWorkingDays: z.int().min(1).max(60).optional(),
  renewalOpensDays: days.optional(),
  activeTemporaryMax: z.int().min(1).max(100).optional(),
});

/** One line of the parameter file: what a region set, from which day, and where that is written. */
export const filingParameterEntry = z.strictObject({
  region: z.string().regex(/^[1-8]\d{5}$/, 'six digits: 100000 for all, a province, or a pool'),
  from: z.string().refine((text) => parseLocalDate(text) !== undefined, 'not a day: YYYY-MM-DD'),
  source: z.string().min(1),
  values,
});
export type FilingParameterEntry = z.output<typeof filingParameterEntry>;

export interface FilingParameterBook {
  /** What holds for filings of a pool's people that are made or changed on a day. */
  on(pool: string, day: LocalDate): FilingParameters;
}

/**
 * The dated settings of all regions. A pool's own values go before its province's, these before the national ones,
 * these before our defaults; in each region the newest entry that has begun counts, value by value.
 */
export function filingParameterBook(entries: readonly FilingParameterEntry[]): FilingParameterBook {
  const byRegion = Map.groupBy(entries, ({ region }) => region);
  for (const [region, own] of byRegion) {
    const starts = own.map(({ from }) => from);
    if (new Set(starts).size < starts.length)
      throw new Error(`filing parameters of ${region}: two entries begin on the same day`);
    own.sort((a, b) => (a.from < b.from ? -1 : 1));
  }
  // Looked up for every row of an import: a day's set is put together once.
  const known = new Map<string, FilingParameters>();
  return {
    on(pool, day) {
      const key = `${pool}/${day}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      const found = [NATIONAL, provinceOf(pool), pool]
        .filter((region, index, all) => all.indexOf(region) === index)
        .flatMap((region) => (byRegion.get(region) ?? []).filter(({ from }) => from <= day))
        .reduce((parameters, entry) => withValues(parameters, entry.values), defaultFilingParameters);
      if (known.size >= KNOWN_MAX) known.clear();
      known.set(key, found);
      return found;
    },
  };
}

const KNOWN_MAX = 1_000;

function withValues(parameters: FilingParameters, own: z.output<typeof values>): FilingParameters {
  const { validity, backdateDays, ...plain } = own;
  const given = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));
  return {
    ...parameters,
    ...given,
    validity: { ...parameters.validity, ...definedOf(validity) },
    backdateDays: { ...parameters.backdateDays, ...definedOf(backdateDays) },
  };
}

function definedOf<Value>(
  record: Partial<Record<FilingType, Value>> | undefined,
): Partial<Record<FilingType, Value>> {
  return Object.fromEntries(Object.entries(record ?? {}).filter(([, value]) => value !== undefined));
}
