import type { LocalDate } from '@yijie/calendar';
import type { HospitalKind, HospitalLevel } from '@yijie/codes';
import type { Queryable } from '@yijie/postgres';
import type { Institution, Opening } from '../core/institution.ts';

/**
 * Makes the table of institutions what the reference data says for a day. Writing it again changes nothing; one that has
 * ended stays known, for what it settled, with nothing opened.
 */
export async function applyInstitutions(database: Queryable, day: LocalDate): Promise<void> {
  await database.query(
    {
      name: 'treatment_apply_institutions',
      sql: `
        WITH held AS (
          SELECT table_name, row_key, fields FROM reference_row
           WHERE table_name IN ('institutions', 'openings', 'suspensions')
             AND valid_from <= $1::date AND (valid_until IS NULL OR valid_until > $1::date)
        ), opened AS (
          SELECT fields->>'institution_code' AS code,
                 json_agg(json_strip_nulls(json_build_object(
                   'kind', fields->>'service', 'diseaseCode', nullif(fields->>'disease_code', ''),
                   'from', nullif(fields->>'open_from', ''), 'until', nullif(fields->>'open_until', '')))
                   ORDER BY row_key) AS openings
            FROM held WHERE table_name = 'openings' GROUP BY 1
        ), suspended AS (
          SELECT fields->>'institution_code' AS code, max(nullif(fields->>'suspended_until', '')::date) AS until
            FROM held
           WHERE table_name = 'suspensions' AND (fields->>'suspended_from')::date <= $1::date
             AND (fields->>'suspended_until' = '' OR (fields->>'suspended_until')::date > $1::date)
           GROUP BY 1
        ), ended AS (
          UPDATE institution SET openings = '[]'
           WHERE openings::text <> '[]'
             AND institution_code IN (SELECT row_key FROM reference_row WHERE table_name = 'institutions')
             AND institution_code NOT IN (SELECT row_key FROM held WHERE table_name = 'institutions')
        )
        INSERT INTO institution AS i
               (institution_code, name, pool, level, kind, openings, suspended, suspended_until)
        SELECT h.row_key, h.fields->>'name', h.fields->>'pool', h.fields->>'level', h.fields->>'kind',
               coalesce(o.openings, '[]'), s.code IS NOT NULL, s.until
          FROM held h
          LEFT JOIN opened o ON o.code = h.row_key
          LEFT JOIN suspended s ON s.code = h.row_key
         WHERE h.table_name = 'institutions'
            ON CONFLICT (institution_code) DO UPDATE
           SET name = excluded.name, pool = excluded.pool, level = excluded.level, kind = excluded.kind,
               openings = excluded.openings, suspended = excluded.suspended,
               suspended_until = excluded.suspended_until
         WHERE (i.name, i.pool, i.level, i.kind, i.openings::text, i.suspended, i.suspended_until) IS DISTINCT FROM
               (excluded.name, excluded.pool, excluded.level, excluded.kind, excluded.openings::text,
                excluded.suspended, excluded.suspended_until)`,
    },
    [day],
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
    suspended_until: LocalDate | null;
  }>(
    `SELECT institution_code, name, pool, level, kind, openings, suspended, suspended_until FROM institution`,
  );
  return rows.map((row) => ({
    institutionCode: row.institution_code,
    name: row.name,
    pool: row.pool,
    level: row.level,
    kind: row.kind,
    openings: row.openings,
    suspended: row.suspended,
    suspendedUntil: row.suspended_until ?? undefined,
    stops: [],
  }));
}
