import type { HospitalKind, HospitalLevel } from '@yijie/codes';
import { type Queryable, textArray } from '@yijie/postgres';
import type { Institution, Opening } from '../core/institution.ts';

/** Writes what the reference data says of institutions; what the treatment agency decided (suspension) stays. */
export async function putInstitutions(
  database: Queryable,
  institutions: readonly Institution[],
): Promise<void> {
  if (institutions.length === 0) return;
  await database.query(
    `INSERT INTO institution (institution_code, name, pool, level, kind, openings)
     SELECT code, name, pool, level, kind, openings::json
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
            AS i(code, name, pool, level, kind, openings)
     ON CONFLICT (institution_code) DO UPDATE
        SET name = excluded.name, pool = excluded.pool, level = excluded.level, kind = excluded.kind,
            openings = excluded.openings`,
    [
      textArray(institutions.map((institution) => institution.institutionCode)),
      textArray(institutions.map((institution) => institution.name)),
      textArray(institutions.map((institution) => institution.pool)),
      textArray(institutions.map((institution) => institution.level)),
      textArray(institutions.map((institution) => institution.kind)),
      textArray(institutions.map((institution) => JSON.stringify(institution.openings))),
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
    openings: Opening[];
    suspended: boolean;
  }>('SELECT institution_code, name, pool, level, kind, openings, suspended FROM institution');
  return rows.map((row) => ({
    institutionCode: row.institution_code,
    name: row.name,
    pool: row.pool,
    level: row.level,
    kind: row.kind,
    openings: row.openings,
    suspended: row.suspended,
  }));
}
