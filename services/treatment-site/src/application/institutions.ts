import type { Database } from '@yijie/postgres';
import type { Institution } from '../core/institution.ts';
import { loadInstitutions } from '../repositories/institutions.ts';

/** The institutions of the province, kept in memory; what the agency changes shows within one refresh. */
export interface Institutions {
  find(institutionCode: string): Institution | undefined;
  refresh(): Promise<void>;
}

export async function openInstitutions(database: Database): Promise<Institutions> {
  let byCode = new Map<string, Institution>();
  const institutions: Institutions = {
    find: (code) => byCode.get(code),
    async refresh() {
      const rows = await loadInstitutions(database);
      byCode = new Map(rows.map((row) => [row.institutionCode, row]));
    },
  };
  await institutions.refresh();
  return institutions;
}
