import { localDateAt } from '@yijie/calendar';
import { type Overdue, overdueOn } from '@yijie/clearing';
import { findNotices, type NoticeFilter, type StoredNotice } from '../../repositories/money/notices.ts';
import { readParameters } from '../../repositories/parameters.ts';
import type { RunDesk } from '../runs/run-desk.ts';

export interface ShownNotice {
  readonly stored: StoredNotice;
  /** Undefined: nothing is due, or the calendar of the year isn't known yet. */
  readonly overdue: Pick<Overdue, 'days' | 'level'> | undefined;
}

/** Notices with how long they are overdue today. A void or paid one never is. */
export async function showNotices(
  { database, clock }: RunDesk,
  filter: NoticeFilter,
): Promise<readonly ShownNotice[]> {
  const today = localDateAt(clock.now());
  const found = await findNotices(database, filter);
  return Promise.all(
    found.map(async (stored) => {
      const { notice, state } = stored;
      if (!['ISSUED', 'SUBMITTED', 'PARTIAL'].includes(state) || notice.dueOn >= today)
        return { stored, overdue: undefined };
      const parameters = await readParameters(database, notice.runOwner, today);
      const overdue = overdueOn(today, notice.dueOn, parameters);
      return { stored, overdue: overdue.ok ? overdue : undefined };
    }),
  );
}
