import { type Refusal, refuse } from '@yijie/errors';

/** What may still be open of a year. */
export interface YearStanding {
  readonly isClosed: boolean;
  /** Runs of the year's months that aren't closed. */
  readonly openRuns: number;
  /** Applications that aren't confirmed. */
  readonly openApplications: number;
  /** Lines of year-end notices that aren't paid and confirmed. */
  readonly openLines: number;
  /** Carried rows of the year that no run and no `other_adjust` has taken. */
  readonly unsettledRows: number;
}

/** Closes a year for good: afterwards no run takes a row of it, and no settlement of it is refunded (`REV-CLOSED`). */
export function closeYear(
  year: number,
  standing: YearStanding,
): { readonly ok: true } | Refusal<'CLR-YE-CLOSED' | 'CLR-YE-OPEN'> {
  if (standing.isClosed) return refuse('CLR-YE-CLOSED', { year: `${year}` });
  const open = (['openRuns', 'openApplications', 'openLines', 'unsettledRows'] as const).filter(
    (what) => standing[what] > 0,
  );
  if (open.length === 0) return { ok: true };
  return refuse('CLR-YE-OPEN', { what: open.map((what) => `${what} ${standing[what]}`).join(', ') });
}
