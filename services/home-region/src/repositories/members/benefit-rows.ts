import type { LocalDate } from '@yijie/calendar';
import type { Scheme } from '@yijie/codes';
import type { Queryable } from '@yijie/postgres';
import type { RecordedQualification } from '../../core/settling/benefit-rules.ts';
import type { HospitalChoice } from '../../core/settling/benefits.ts';

/** Who recorded something, when and why. */
export interface RecordedBy {
  readonly actor: string;
  readonly atMs: number;
  readonly reason: string;
}

export async function appendQualification(
  tx: Queryable,
  personToken: string,
  qualification: RecordedQualification,
  by: RecordedBy,
): Promise<void> {
  await tx.query(
    `INSERT INTO chronic_qualification (qualification_id, version, person_token, scheme, disease_code, valid_from,
       valid_until, institution_codes, actor, at_ms, reason)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      qualification.qualificationId,
      qualification.version,
      personToken,
      qualification.scheme,
      qualification.diseaseCode,
      qualification.from,
      qualification.until ?? null,
      [...qualification.institutionCodes],
      by.actor,
      by.atMs,
      by.reason === '' ? null : by.reason,
    ],
  );
}

/** The newest version of each qualification, the latest recorded first. */
export async function qualificationsOfPerson(
  database: Queryable,
  personToken: string,
): Promise<(RecordedQualification & { readonly atMs: number })[]> {
  const { rows } = await database.query<QualificationRow>(
    `SELECT * FROM (SELECT DISTINCT ON (qualification_id) * FROM chronic_qualification WHERE person_token = $1
                     ORDER BY qualification_id, version DESC) newest
      ORDER BY at_ms DESC, qualification_id`,
    [personToken],
  );
  return rows.map((row) => ({
    qualificationId: row.qualification_id,
    version: row.version,
    scheme: row.scheme,
    diseaseCode: row.disease_code,
    from: row.valid_from,
    until: row.valid_until ?? undefined,
    institutionCodes: row.institution_codes,
    atMs: row.at_ms,
  }));
}

interface QualificationRow {
  readonly qualification_id: string;
  readonly version: number;
  readonly scheme: Scheme;
  readonly disease_code: string;
  readonly valid_from: LocalDate;
  readonly valid_until: LocalDate | null;
  readonly institution_codes: readonly string[];
  readonly at_ms: number;
}

export async function appendHospitalChoice(
  tx: Queryable,
  personToken: string,
  choice: HospitalChoice,
  by: RecordedBy,
): Promise<void> {
  await tx.query(
    `INSERT INTO hospital_choice (person_token, ordinal, valid_from, institution_codes, actor, at_ms, reason)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      personToken,
      choice.ordinal,
      choice.from,
      [...choice.institutionCodes],
      by.actor,
      by.atMs,
      by.reason === '' ? null : by.reason,
    ],
  );
}

/** All choices of a person, the latest made first. */
export async function hospitalChoicesOfPerson(
  database: Queryable,
  personToken: string,
): Promise<(HospitalChoice & { readonly atMs: number })[]> {
  const { rows } = await database.query<{
    readonly ordinal: number;
    readonly valid_from: LocalDate;
    readonly institution_codes: readonly string[];
    readonly at_ms: number;
  }>(
    `SELECT ordinal, valid_from, institution_codes, at_ms FROM hospital_choice WHERE person_token = $1
      ORDER BY ordinal DESC`,
    [personToken],
  );
  return rows.map((row) => ({
    ordinal: row.ordinal,
    from: row.valid_from,
    institutionCodes: row.institution_codes,
    atMs: row.at_ms,
  }));
}
