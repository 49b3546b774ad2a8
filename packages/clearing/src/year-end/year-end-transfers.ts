import { lineOf, type SchemeAmounts } from '../netting/line-of.ts';
import type { Transfer } from '../netting/transfer.ts';
import { type YearEndApplication, yearEndAdjust } from './application.ts';

/**
 * What the confirmed applications move: per pair the sum over its schemes gives the direction, with `splitByScheme` each scheme's own
 * (clearing-and-filing §5.10). Sorted by pair.
 */
export function yearEndTransfers(
  applications: readonly YearEndApplication[],
  splitByScheme: boolean,
): readonly Transfer[] {
  const pairs = new Map<string, SchemeAmounts>();
  for (const application of applications) {
    if (application.state !== 'CONFIRMED') continue;
    const { payer, payee, scheme } = application.totals;
    const key = `${payer} ${payee}`;
    const sum = pairs.get(key) ?? { payer, payee, employee: 0, resident: 0, returns: true };
    pairs.set(key, { ...sum, [scheme]: sum[scheme] + yearEndAdjust(application) });
  }
  return [...pairs]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, amounts]) =>
      splitByScheme
        ? [lineOf({ ...amounts, resident: 0 }, 'employee'), lineOf({ ...amounts, employee: 0 }, 'resident')]
        : [lineOf(amounts, null)],
    )
    .filter((line) => line !== undefined);
}
