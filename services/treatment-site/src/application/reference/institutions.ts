import { type LocalDate, localDateAt } from '@yijie/calendar';
import type { Database } from '@yijie/postgres';
import type { Clock } from '@yijie/runtime';
import type { Institution } from '../../core/institution.ts';
import { applyInstitutions, loadInstitutions } from '../../repositories/institutions.ts';
import type { Notices } from './notices.ts';

/** The institutions of the province, kept in memory; what the agency changes shows within one refresh. */
export interface Institutions {
  /** With the stops that are in force at it now. */
  find(institutionCode: string): Institution | undefined;
  refresh(): Promise<void>;
}

export async function openInstitutions(
  database: Database,
  clock: Clock,
  notices: Pick<Notices, 'stopsAt'>,
): Promise<Institutions> {
  let byCode = new Map<string, Institution>();
  let appliedOn: LocalDate | undefined;
  const institutions: Institutions = {
    find(code) {
      const institution = byCode.get(code);
      if (institution === undefined) return undefined;
      const stops = notices.stopsAt(institution);
      return stops.length === 0 ? institution : { ...institution, stops };
    },
    async refresh() {
      const today = localDateAt(clock.now());
      // A version loaded ahead, an opening or a suspension may begin or end with the day.
      if (today !== appliedOn) await applyInstitutions(database, today);
      appliedOn = today;
      const rows = await loadInstitutions(database);
      byCode = new Map(rows.map((row) => [row.institutionCode, row]));
    },
  };
  await institutions.refresh();
  return institutions;
}
