import { type YearEndApplication, yearEndAdjust } from '../year-end/application.ts';
import type { PostingSet } from './ledger-entry.ts';
import { owed } from './post-run.ts';

/** What a confirmed year-end application changes in what a pair owes, of a scheme as a whole. */
export function postYearEnd(applications: readonly YearEndApplication[]): PostingSet {
  return {
    kind: 'YEAR_END',
    entries: applications
      .filter(({ state }) => state === 'CONFIRMED')
      .flatMap((application) => {
        const { payer, payee, scheme } = application.totals;
        return owed({ payer, payee, scheme, fund: null }, 'COST', yearEndAdjust(application));
      }),
  };
}
