import type { LocalDate } from '@yijie/calendar';
import type { HospitalKind, HospitalLevel, VisitKind } from '@yijie/codes';
import type { Queryable } from '@yijie/postgres';

export interface ListedHospital {
  readonly institutionCode: string;
  readonly name: string;
  readonly pool: string;
  readonly level: HospitalLevel;
  readonly kind: HospitalKind;
  readonly suspended: boolean;
  readonly opened: readonly {
    readonly service: VisitKind;
    readonly disease: string;
    readonly from: LocalDate | '';
    readonly until: LocalDate | '';
  }[];
}

export interface HospitalQuery {
  /** The beginning of the codes of the pools that are meant: "41", "4101" or a whole code. */
  readonly poolPrefix: string;
  readonly service: VisitKind | undefined;
  readonly disease: string;
  readonly day: LocalDate;
  readonly after: string;
  readonly size: number;
}

/** Institutions with at least one opening of the kind asked about on the day, by code. */
export async function listHospitals(database: Queryable, query: HospitalQuery): Promise<ListedHospital[]> {
  const { rows } = await database.query<ListedHospital>(
    {
      name: 'treatment_list_hospitals',
      sql: `
        SELECT i.row_key AS "institutionCode", i.fields->>'name' AS name, i.fields->>'pool' AS pool,
               i.fields->>'level' AS level, i.fields->>'kind' AS kind, o.opened,
               EXISTS (SELECT 1 FROM reference_row s
                        WHERE s.table_name = 'suspensions' AND s.row_key LIKE i.row_key || '|%'
                          AND s.valid_from <= $1::date AND (s.valid_until IS NULL OR s.valid_until > $1::date)
                          AND (s.fields->>'suspended_from')::date <= $1::date
                          AND (s.fields->>'suspended_until' = '' OR (s.fields->>'suspended_until')::date > $1::date))
                 AS suspended
          FROM reference_row i
         CROSS JOIN LATERAL (
           SELECT json_agg(json_build_object('service', r.fields->>'service', 'disease', r.fields->>'disease_code',
                                             'from', r.fields->>'open_from', 'until', r.fields->>'open_until')
                           ORDER BY r.row_key) AS opened,
                  bool_or(($3 = '' OR r.fields->>'service' = $3)
                          AND ($4 = '' OR r.fields->>'disease_code' = $4)) AS fits
             FROM reference_row r
            WHERE r.table_name = 'openings' AND r.row_key LIKE i.row_key || '|%'
              AND r.valid_from <= $1::date AND (r.valid_until IS NULL OR r.valid_until > $1::date)
              AND (r.fields->>'open_from' = '' OR (r.fields->>'open_from')::date <= $1::date)
              AND (r.fields->>'open_until' = '' OR (r.fields->>'open_until')::date > $1::date)) o
         WHERE i.table_name = 'institutions' AND i.row_key > $5
           AND i.valid_from <= $1::date AND (i.valid_until IS NULL OR i.valid_until > $1::date)
           AND i.fields->>'pool' LIKE $2 || '%' AND o.fits
         ORDER BY i.row_key LIMIT $6`,
    },
    [query.day, query.poolPrefix, query.service ?? '', query.disease, query.after, query.size],
  );
  return [...rows];
}

export interface ListedAgency {
  readonly key: string;
  readonly fields: Readonly<
    Record<'region_code' | 'region_name' | 'office' | 'service' | 'address' | 'phone', string>
  >;
}

export async function listAgencies(
  database: Queryable,
  query: {
    readonly regionPrefix: string;
    readonly day: LocalDate;
    readonly after: string;
    readonly size: number;
  },
): Promise<ListedAgency[]> {
  const { rows } = await database.query<ListedAgency>(
    `SELECT row_key AS key, fields FROM reference_row
      WHERE table_name = 'agencies' AND row_key > $3 AND row_key LIKE $2 || '%'
        AND valid_from <= $1::date AND (valid_until IS NULL OR valid_until > $1::date)
      ORDER BY row_key LIMIT $4`,
    [query.day, query.regionPrefix, query.after, query.size],
  );
  return [...rows];
}
