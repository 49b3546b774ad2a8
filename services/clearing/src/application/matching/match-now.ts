import type { Period } from '@yijie/clearing';
import type { Database } from '@yijie/postgres';
import type { Clock } from '@yijie/runtime';
import type { RowFilter } from '@yijie/security';
import { openIdsOf } from '../../repositories/matching/open-rows.ts';
import { placeRows } from './place-rows.ts';

export interface MatchedNow {
  readonly lookedAt: number;
  readonly cleared: number;
  readonly carried: number;
}

/** Rows of one transaction. */
const ROWS_MAX = 2_000;

/** Looks at every open row of a month once more: on demand, and after owners or limits have moved. */
export async function matchNow(
  database: Database,
  period: Period,
  filter: RowFilter,
  rules: { readonly maxLateMonths: number },
  clock: Pick<Clock, 'now'>,
): Promise<MatchedNow> {
  let [lookedAt, cleared, carried, after] = [0, 0, 0, ''];
  for (;;) {
    const ids = await openIdsOf(database, period, filter, after, ROWS_MAX);
    const last = ids.at(-1);
    if (last === undefined) return { lookedAt, cleared, carried };
    const placed = await database.transaction((tx) => placeRows(tx, ids, rules, clock.now()));
    lookedAt += ids.length;
    cleared += placed.cleared;
    carried += placed.carried;
    after = last;
  }
}
