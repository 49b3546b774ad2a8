import type { Database } from '@yijie/postgres';
import type { Clock } from '@yijie/runtime';
import type { Institution } from '../../core/institution.ts';
import { isInForce, type Notice, regionHolds, type Stop } from '../../core/notice.ts';
import { currentNotices } from '../../repositories/notices.ts';

/** Notices that are or will be in force, kept in memory; what is published shows within one refresh on every replica. */
export interface Notices {
  /** What stops at an institution at this moment. */
  stopsAt(institution: Pick<Institution, 'institutionCode' | 'pool'>): readonly Stop[];
  /** The end of the notice that a home region is stopped by; undefined when none is in force. */
  homeStopUntilMs(homePool: string): number | undefined;
  refresh(): Promise<void>;
}

const NOTHING: readonly Stop[] = [];

export async function openNotices(database: Database, clock: Clock): Promise<Notices> {
  let known: readonly Notice[] = [];
  const inForce = () => {
    const nowMs = clock.now();
    return known.filter((notice) => isInForce(notice, nowMs));
  };
  const notices: Notices = {
    stopsAt({ institutionCode, pool }) {
      if (known.length === 0) return NOTHING;
      return inForce().filter((notice) =>
        notice.region === '' ? notice.institutionCode === institutionCode : regionHolds(notice.region, pool),
      );
    },
    homeStopUntilMs(homePool) {
      if (known.length === 0) return undefined;
      const ends = inForce().flatMap((notice) =>
        notice.region !== '' && regionHolds(notice.region, homePool) ? [notice.endsAtMs] : [],
      );
      return ends.length === 0 ? undefined : Math.max(...ends);
    },
    async refresh() {
      known = await currentNotices(database, clock.now());
    },
  };
  await notices.refresh();
  return notices;
}
