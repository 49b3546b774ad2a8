import { FUND_NAMES, NATIONAL_CENTRE, type PartyCode, type Period, type RunOwner } from '@yijie/clearing';
import type { Scheme, VisitKind } from '@yijie/codes';
import type { Database } from '@yijie/postgres';
import { fundColumn, fundColumnList } from './fund-columns.ts';
import { bookedBy } from './run-deductions.ts';
import { partyOf } from './run-rows.ts';

export interface DetailRow {
  readonly settlement_id: Buffer;
  readonly original_id: Buffer | null;
  readonly visit_kind: VisitKind;
  readonly scheme: Scheme;
  readonly home_pool: string;
  readonly treatment_pool: string;
  readonly institution_code: string;
  readonly settled_at_ms: number;
  readonly settled_period: number;
  readonly medical_fen: number;
  readonly personal_cash_fen: number;
  readonly hospital_part_fen: number;
  /** By fund, in the order of FUND_NAMES; nulls where nothing is deducted. */
  readonly deducted: readonly (number | null)[];
}

/** Rows read at a time: enough to keep the wire busy, some hundred kilobytes of memory. */
const BATCH = 2_000;

/**
 * Every row of a run in order of settlement id, read by a cursor of the database: what is sent is never more than a batch ahead
 * of who takes it.
 */
export async function forEachDetailBatch(
  database: Database,
  { owner, period, party }: { owner: RunOwner; period: Period; party: PartyCode | undefined },
  take: (rows: readonly DetailRow[], of: number) => Promise<void>,
): Promise<void> {
  const params = [period, owner, party ?? null];
  const where = `$2::text IS NOT NULL AND ${bookedBy(owner, 'r.')}
    AND ($3::text IS NULL OR ${partyOf(owner, party ?? owner, 'r.', 3)})`;
  await database.transaction(async (tx) => {
    const { rows } = await tx.query<{ of: number }>(
      `SELECT count(*)::int AS of FROM cleared_row r WHERE ${where}`,
      params,
    );
    const of = rows[0]?.of ?? 0;
    await tx.query(
      `DECLARE detail NO SCROLL CURSOR FOR
       SELECT settlement_id, original_id, visit_kind, scheme, home_pool, treatment_pool, institution_code, settled_at_ms,
              settled_period, medical_fen, ${fundColumnList()}, personal_cash_fen, hospital_part_fen${deducted(owner)}
         FROM cleared_row r WHERE ${where} ORDER BY settlement_id`,
      params,
    );
    for (;;) {
      const batch = await tx.query<DetailRow>(`FETCH ${BATCH} FROM detail`);
      if (batch.rows.length === 0) return;
      await take(batch.rows, of);
    }
  });
}

/** What this run deducts of each row, one look at an index of the few deductions there are. */
function deducted(owner: RunOwner): string {
  const booked =
    owner === NATIONAL_CENTRE ? 'd.national_period = $1' : '$1 IN (d.home_period, d.treatment_period)';
  const sums = FUND_NAMES.map((name) => `sum_fen(d.${fundColumn(name)})`).join(', ');
  return `, (SELECT json_build_array(${sums}) FROM deduction d
             WHERE d.settlement_id = r.settlement_id AND ${booked}) AS deducted`;
}
