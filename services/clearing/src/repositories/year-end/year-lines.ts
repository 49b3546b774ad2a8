import type { OtherAdjust, PartyCode, RunOwner, YearEndApplication, YearEndState } from '@yijie/clearing';
import type { Scheme } from '@yijie/codes';
import { type Fen, fen } from '@yijie/money';
import type { Queryable } from '@yijie/postgres';

/** A line of attachment 15 as it stands, with who took its newest step and what its other_adjust took. */
export interface StoredLine {
  readonly application: YearEndApplication;
  readonly step: number;
  readonly by: string;
  readonly takenIds: readonly string[];
}

/** The newest step of every line of a year, or of one applicant. */
export async function readYearLines(
  tx: Queryable,
  owner: RunOwner,
  year: number,
  payee?: PartyCode | undefined,
): Promise<readonly StoredLine[]> {
  const { rows } = await tx.query<LineRow>(
    `SELECT DISTINCT ON (payee, payer, scheme) s.*,
            (SELECT coalesce(array_agg(taken_id ORDER BY taken_id), '{}') FROM year_end_taken t
              WHERE (t.owner, t.year, t.payee, t.payer, t.scheme) = (s.owner, s.year, s.payee, s.payer, s.scheme)) AS taken
       FROM year_end_step s WHERE owner = $1 AND year = $2 AND ($3::text IS NULL OR payee = $3)
      ORDER BY payee, payer, scheme, step DESC`,
    [owner, year, payee ?? null],
  );
  return rows.map(lineFromRow);
}

/** Everybody who applied or answered in the year. */
export async function yearEndActors(
  tx: Queryable,
  owner: RunOwner,
  year: number,
): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ acted_by: string }>(
    'SELECT DISTINCT acted_by FROM year_end_step WHERE owner = $1 AND year = $2',
    [owner, year],
  );
  return new Set(rows.map((row) => row.acted_by));
}

/** Adds the next step of a line. */
export async function addYearStep(
  tx: Queryable,
  owner: RunOwner,
  application: YearEndApplication,
  { step, by, atMs }: { readonly step: number; readonly by: string; readonly atMs: number },
): Promise<void> {
  const { year, totals, changes, state } = application;
  await tx.query(
    `INSERT INTO year_end_step (owner, year, payee, payer, scheme, step, state, times, medical_fen, clearing_fen,
       deducted_fen, year_deduct_fen, case_adjust_fen, withheld_release_fen, other_adjust_fen, other_note, evidence_no,
       home_fen, opinion, acted_by, acted_at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
    [
      owner,
      year,
      totals.payee,
      totals.payer,
      totals.scheme,
      step,
      state,
      totals.times,
      totals.medicalFen,
      totals.clearingFen,
      totals.deductedFen,
      changes.yearDeductFen,
      changes.caseAdjustFen,
      changes.withheldReleaseFen,
      changes.otherAdjustFen,
      changes.otherNote,
      changes.evidenceNo,
      state === 'CONFIRMED' ? application.homeFen : null,
      application.reason ?? '',
      by,
      atMs,
    ],
  );
}

/** What the line's other_adjust takes from now on, instead of what it took before. */
export async function takeLateOnes(
  tx: Queryable,
  owner: RunOwner,
  { year, totals: { payee, payer, scheme } }: YearEndApplication,
  adjust: OtherAdjust | undefined,
): Promise<void> {
  await tx.query(
    `DELETE FROM year_end_taken WHERE owner = $1 AND year = $2 AND payee = $3 AND payer = $4 AND scheme = $5`,
    [owner, year, payee, payer, scheme],
  );
  await tx.query(
    `INSERT INTO year_end_taken (owner, taken_id, year, payee, payer, scheme)
     SELECT $1, id, $2, $3, $4, $5 FROM unnest($6::text[]) AS i(id)`,
    [owner, year, payee, payer, scheme, adjust?.ids ?? []],
  );
}

interface LineRow {
  readonly year: number;
  readonly payee: PartyCode;
  readonly payer: PartyCode;
  readonly scheme: Scheme;
  readonly step: number;
  readonly state: YearEndState;
  readonly times: number;
  readonly medical_fen: number;
  readonly clearing_fen: number;
  readonly deducted_fen: number;
  readonly year_deduct_fen: number;
  readonly case_adjust_fen: number;
  readonly withheld_release_fen: number;
  readonly other_adjust_fen: number;
  readonly other_note: string;
  readonly evidence_no: string;
  readonly home_fen: number | null;
  readonly opinion: string;
  readonly acted_by: string;
  readonly taken: readonly string[];
}

function lineFromRow(row: LineRow): StoredLine {
  const homeFen: Fen | undefined = row.home_fen === null ? undefined : fen(row.home_fen);
  return {
    step: row.step,
    by: row.acted_by,
    takenIds: row.taken,
    application: {
      year: row.year,
      state: row.state,
      totals: {
        payer: row.payer,
        payee: row.payee,
        scheme: row.scheme,
        times: row.times,
        medicalFen: fen(row.medical_fen),
        clearingFen: fen(row.clearing_fen),
        deductedFen: fen(row.deducted_fen),
      },
      changes: {
        yearDeductFen: fen(row.year_deduct_fen),
        caseAdjustFen: fen(row.case_adjust_fen),
        withheldReleaseFen: fen(row.withheld_release_fen),
        otherAdjustFen: fen(row.other_adjust_fen),
        otherNote: row.other_note,
        evidenceNo: row.evidence_no,
      },
      homeFen,
      reason: row.opinion === '' ? undefined : row.opinion,
    },
  };
}
