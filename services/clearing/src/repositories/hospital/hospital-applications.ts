import type { Fen } from '@yijie/money';
import { int4Array, int8Array, type Queryable, textArray } from '@yijie/postgres';
import type { RowFilter } from '@yijie/security';
import { type Application, type ApplicationLine, payableFen } from '../../core/hospital-application.ts';
import { visibleBy, visibleParams } from '../visible-rows.ts';

type ApplicationRow = Omit<Application, 'decidedBy' | 'decidedAtMs' | 'paidAtMs' | 'bankSerial'> & {
  readonly decidedBy: string | null;
  readonly decidedAtMs: number | null;
  readonly paidAtMs: number | null;
  readonly bankSerial: string | null;
};

const VISIBLE = visibleBy(
  { institution: 'a.institution_code', treatment: 'a.treatment_pool', home: 'NULL::text' },
  1,
);
const SELECT = `
  SELECT a.institution_code AS "institutionCode", a.period, a.revision, a.treatment_pool AS "treatmentPool", a.state,
         a.reason, a.deduct_fen AS "deductFen", a.withheld_fen AS "withheldFen", a.applied_at_ms AS "appliedAtMs",
         a.decided_by AS "decidedBy", a.decided_at_ms AS "decidedAtMs", a.paid_at_ms AS "paidAtMs",
         a.bank_serial AS "bankSerial",
         (SELECT json_agg(json_build_object('scheme', l.scheme, 'visitKind', l.visit_kind, 'times', l.times,
                 'medicalFen', l.medical_fen, 'fundFen', l.fund_fen, 'accountFen', l.account_fen,
                 'cashFen', l.cash_fen, 'hospitalPartFen', l.hospital_part_fen) ORDER BY l.scheme, l.visit_kind)
            FROM hospital_application_line l
           WHERE l.institution_code = a.institution_code AND l.period = a.period AND l.revision = a.revision) AS lines
    FROM hospital_application a`;

/** The newest application of a month, held where it is to be changed. */
export async function newestApplication(
  database: Queryable,
  institutionCode: string,
  period: number,
  options: { readonly filter: RowFilter; readonly hold: boolean },
): Promise<Application | undefined> {
  const { rows } = await database.query<ApplicationRow>(
    `${SELECT} WHERE a.institution_code = $3 AND a.period = $4 AND (${VISIBLE})
      ORDER BY a.revision DESC LIMIT 1 ${options.hold ? 'FOR UPDATE OF a' : ''}`,
    [...visibleParams(options.filter), institutionCode, period],
  );
  return rows[0] && applicationOf(rows[0]);
}

/** The newest of each institution, in order of code, after `after`. */
export async function listApplications(
  database: Queryable,
  query: {
    readonly filter: RowFilter;
    readonly period: number;
    readonly state: string | undefined;
    readonly after: string;
    readonly size: number;
  },
): Promise<Application[]> {
  const { filter, period, state, after, size } = query;
  const { rows } = await database.query<ApplicationRow>(
    `${SELECT}
      WHERE a.period = $3 AND ($4::text IS NULL OR a.state = $4) AND a.institution_code > $5 AND (${VISIBLE})
        AND a.revision = (SELECT max(b.revision) FROM hospital_application b
                           WHERE b.institution_code = a.institution_code AND b.period = a.period)
      ORDER BY a.institution_code LIMIT $6`,
    [...visibleParams(filter), period, state, after, size],
  );
  return rows.map(applicationOf);
}

/** The institution's rows in the treatment province's run of a month, summed by scheme and visit kind. */
export async function countedLines(
  database: Queryable,
  institutionCode: string,
  period: number,
): Promise<{ readonly lines: ApplicationLine[]; readonly treatmentPool: string }> {
  const { rows } = await database.query<ApplicationLine & { readonly treatmentPool: string }>(
    `SELECT scheme, visit_kind AS "visitKind",
            (count(*) FILTER (WHERE kind = 'settlement') - count(*) FILTER (WHERE kind = 'refund'))::int AS times,
            sum(medical_fen)::int8 AS "medicalFen",
            sum(pool_fund_fen + large_amount_fen + serious_illness_fen + civil_servant_fen + enterprise_supplement_fen
                + medical_aid_fen + other_fund_fen)::int8 AS "fundFen",
            sum(own_account_fen + family_account_fen)::int8 AS "accountFen",
            sum(personal_cash_fen)::int8 AS "cashFen", sum(hospital_part_fen)::int8 AS "hospitalPartFen",
            min(treatment_pool) AS "treatmentPool"
       FROM cleared_row WHERE institution_code = $1 AND treatment_period = $2 GROUP BY 1, 2 ORDER BY 1, 2`,
    [institutionCode, period],
  );
  return {
    lines: rows.map(({ treatmentPool: _, ...line }) => line),
    treatmentPool: rows[0]?.treatmentPool ?? '',
  };
}

/** What the treatment province's run of the month deducts from the institution's claims. */
export async function deductedFen(
  database: Queryable,
  institutionCode: string,
  period: number,
): Promise<Fen> {
  const { rows } = await database.query<{ readonly deducted: Fen }>(
    `SELECT coalesce(sum(pool_fund_fen + large_amount_fen + serious_illness_fen + civil_servant_fen
              + enterprise_supplement_fen + medical_aid_fen + other_fund_fen + own_account_fen
              + family_account_fen), 0)::int8 AS deducted
       FROM deduction WHERE institution_code = $1 AND treatment_period = $2`,
    [institutionCode, period],
  );
  return rows[0]?.deducted ?? (0 as Fen);
}

export interface NewApplication {
  readonly institutionCode: string;
  readonly period: number;
  readonly revision: number;
  readonly treatmentPool: string;
  readonly lines: readonly ApplicationLine[];
  readonly appliedBy: string;
  readonly nowMs: number;
}

export async function addApplication(tx: Queryable, application: NewApplication): Promise<void> {
  const { institutionCode, period, revision, treatmentPool, lines, appliedBy, nowMs } = application;
  const payable = payableFen({ lines, deductFen: 0 as Fen, withheldFen: 0 as Fen });
  await tx.query(
    `INSERT INTO hospital_application (institution_code, period, revision, treatment_pool, state, payable_fen,
            applied_by, applied_at_ms)
     VALUES ($1, $2, $3, $4, 'APPLIED', $5, $6, $7)`,
    [institutionCode, period, revision, treatmentPool, payable, appliedBy, nowMs],
  );
  await tx.query(
    `INSERT INTO hospital_application_line (institution_code, period, revision, scheme, visit_kind, times, medical_fen,
            fund_fen, account_fen, cash_fen, hospital_part_fen)
     SELECT $1, $2, $3, n.* FROM unnest($4::text[], $5::text[], $6::int4[], $7::int8[], $8::int8[], $9::int8[],
            $10::int8[], $11::int8[]) n`,
    [
      institutionCode,
      period,
      revision,
      textArray(lines.map((line) => line.scheme)),
      textArray(lines.map((line) => line.visitKind)),
      int4Array(lines.map((line) => line.times)),
      int8Array(lines.map((line) => line.medicalFen)),
      int8Array(lines.map((line) => line.fundFen)),
      int8Array(lines.map((line) => line.accountFen)),
      int8Array(lines.map((line) => line.cashFen)),
      int8Array(lines.map((line) => line.hospitalPartFen)),
    ],
  );
}

export interface ApplicationChange {
  readonly state: 'CONFIRMED' | 'RETURNED' | 'WITHDRAWN';
  readonly reason: string;
  readonly deductFen: Fen;
  readonly withheldFen: Fen;
  readonly by: string;
  readonly nowMs: number;
}

export async function decideApplicationRow(
  tx: Queryable,
  application: Application,
  change: ApplicationChange,
): Promise<void> {
  const { deductFen, withheldFen } = change;
  await tx.query(
    `UPDATE hospital_application
        SET state = $4, reason = $5, deduct_fen = $6, withheld_fen = $7, payable_fen = $8, decided_by = $9,
            decided_at_ms = $10
      WHERE institution_code = $1 AND period = $2 AND revision = $3`,
    [
      application.institutionCode,
      application.period,
      application.revision,
      change.state,
      change.reason,
      deductFen,
      withheldFen,
      payableFen({ lines: application.lines, deductFen, withheldFen }),
      change.by,
      change.nowMs,
    ],
  );
}

export async function payApplicationRow(
  tx: Queryable,
  { institutionCode, period, revision }: Application,
  payment: { readonly bankSerial: string; readonly by: string; readonly nowMs: number },
): Promise<void> {
  await tx.query(
    `UPDATE hospital_application SET state = 'PAID', paid_by = $4, paid_at_ms = $5, bank_serial = $6
      WHERE institution_code = $1 AND period = $2 AND revision = $3`,
    [institutionCode, period, revision, payment.by, payment.nowMs, payment.bankSerial],
  );
}

function applicationOf(row: ApplicationRow): Application {
  return {
    ...row,
    decidedBy: row.decidedBy ?? undefined,
    decidedAtMs: row.decidedAtMs ?? undefined,
    paidAtMs: row.paidAtMs ?? undefined,
    bankSerial: row.bankSerial ?? undefined,
  };
}
