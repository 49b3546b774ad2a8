import type { HospitalKind, HospitalLevel, VisitKind } from '@yijie/codes';
import { type Queryable, textArray } from '@yijie/postgres';
import type { Institution } from '../core/institution.ts';

/** Writes what the reference data says of institutions; what the treatment agency decided (suspension) stays. */
export async function putInstitutions(
  database: Queryable,
  institutions: readonly Institution[],
): Promise<void> {
  if (institutions.length === 0) return;
  const lists = (of: (institution: Institution) => readonly string[]) =>
    textArray(institutions.map((institution) => of(institution).join(',')));
  await database.query(
    `INSERT INTO institution (institution_code, name, pool, level, kind, open_kinds, open_chronic)
     SELECT code, name, pool, level, kind, string_to_array(open_kinds, ','), string_to_array(open_chronic, ',')
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
            AS i(code, name, pool, level, kind, open_kinds, open_chronic)
     ON CONFLICT (institution_code) DO UPDATE
        SET name = excluded.name, pool = excluded.pool, level = excluded.level, kind = excluded.kind,
            open_kinds = excluded.open_kinds, open_chronic = excluded.open_chronic`,
    [
      textArray(institutions.map((institution) => institution.institutionCode)),
      textArray(institutions.map((institution) => institution.name)),
      textArray(institutions.map((institution) => institution.pool)),
      textArray(institutions.map((institution) => institution.level)),
      textArray(institutions.map((institution) => institution.kind)),
      lists((institution) => institution.openKinds),
      lists((institution) => institution.openChronic),
    ],
  );
}

export async function loadInstitutions(database: Queryable): Promise<Institution[]> {
  const { rows } = await database.query<{
    institution_code: string;
    name: string;
    pool: string;
    level: HospitalLevel;
    kind: HospitalKind;
    open_kinds: VisitKind[];
    open_chronic: string[];
    suspended: boolean;
  }>('SELECT * FROM institution');
  return rows.map((row) => ({
    institutionCode: row.institution_code,
    name: row.name,
    pool: row.pool,
    level: row.level,
    kind: row.kind,
    openKinds: row.open_kinds,
    openChronic: row.open_chronic,
    suspended: row.suspended,
  }));
}
