import { NATIONAL_CENTRE, type Period, type RunOwner } from '@yijie/clearing';
import type { Queryable } from '@yijie/postgres';
import { FUND_COLUMN_LIST, NEGATED_FUNDS } from './fund-columns.ts';
import { bookedBy, ownerPeriod } from './run-deductions.ts';

/**
 * Stage A with an open objection: the row is carried and its deduction with it (clearing-and-filing §4.5). The row leaves the
 * period of every owner that counts it there.
 */
export async function rowsUnderObjection(
  tx: Queryable,
  owner: RunOwner,
  period: Period,
): Promise<readonly Buffer[]> {
  const { rows } = await tx.query<{ settlement_id: Buffer }>(
    `SELECT DISTINCT r.settlement_id FROM cleared_row r JOIN deduction d USING (settlement_id)
      WHERE ${bookedBy(owner, 'r.')} AND d.objection_state = 'OPEN' AND d.takes_back IS NULL`,
    params(owner, period),
  );
  return rows.map((row) => row.settlement_id);
}

/**
 * Gives the owner's period to the deductions of settlements that it has cleared, unless their year is closed: then they wait for
 * the year-end (clearing-and-filing §4.9).
 */
export async function bookDeductions(tx: Queryable, owner: RunOwner, period: Period): Promise<void> {
  for (const column of periodColumns(owner)) {
    await tx.query(
      `UPDATE deduction d SET ${column.name} = $1
         FROM cleared_row r
        WHERE r.settlement_id = d.settlement_id AND d.${column.name} IS NULL AND d.takes_back IS NULL
          AND d.objection_state IN ('NONE', 'REJECTED') AND ${ownerPeriod(owner, 'r.')} <= $1 ${column.where('d.')}
          AND d.settled_period / 100 > (SELECT closed_year FROM run_owner WHERE owner = '${owner}')`,
      params(owner, period, column.usesOwner),
    );
  }
}

/** Refunds take back what was deducted from their originals: a negative row for each, once (clearing-and-filing §4.5). */
export async function takeDeductionsBack(tx: Queryable, owner: RunOwner, period: Period): Promise<void> {
  const booked = ownerPeriod(owner, 'd.');
  await tx.query(
    `INSERT INTO deduction (deduct_id, settlement_id, takes_back, refund_id, settled_at_ms, settled_period, home_pool,
       treatment_pool, home_province, treatment_province, institution_code, scheme, visit_kind, settlement_clearing_fen,
       ${FUND_COLUMN_LIST}, reason, reason_text, source, evidence_no, decided_by, decided_on, decided_at_ms,
       objection_until)
     SELECT d.deduct_id || '-R', d.settlement_id, d.deduct_id, r.settlement_id, r.settled_at_ms, r.settled_period,
            d.home_pool, d.treatment_pool, d.home_province, d.treatment_province, d.institution_code, d.scheme,
            d.visit_kind, d.settlement_clearing_fen, ${NEGATED_FUNDS}, d.reason, d.reason_text, d.source, d.evidence_no,
            d.decided_by, d.decided_on, d.decided_at_ms, d.objection_until
       FROM deduction d JOIN cleared_row r ON r.original_id = d.settlement_id
      WHERE d.takes_back IS NULL AND ${booked} <= $1 AND ${ownerPeriod(owner, 'r.')} <= $1 ${ofOwner(owner, 'd.')}
     ON CONFLICT (takes_back) DO NOTHING`,
    params(owner, period),
  );
  for (const column of periodColumns(owner)) {
    await tx.query(
      `UPDATE deduction d SET ${column.name} = $1
         FROM cleared_row r, deduction t
        WHERE r.settlement_id = d.refund_id AND t.deduct_id = d.takes_back AND d.${column.name} IS NULL
          AND t.${column.name} <= $1 AND ${ownerPeriod(owner, 'r.')} <= $1 ${column.where('d.')}`,
      params(owner, period, column.usesOwner),
    );
  }
}

/** What stands on the exception list at the cut, with its reasons: the carry report. */
export async function carryRows(tx: Queryable, owner: RunOwner, period: Period): Promise<number> {
  const { count } = await tx.query(
    `INSERT INTO run_carried (owner, period, settlement_id, reasons)
     SELECT $2, $1, settlement_id, reasons FROM open_row
      WHERE settled_period <= $1 AND CASE WHEN $2 = '${NATIONAL_CENTRE}'
        THEN left(home_pool, 2) <> left(treatment_pool, 2)
        ELSE left($2, 2) IN (left(home_pool, 2), left(treatment_pool, 2)) END
     ON CONFLICT DO NOTHING`,
    [period, owner],
  );
  await tx.query(
    `UPDATE run SET carried = (SELECT count(*) FROM run_carried WHERE owner = $2 AND period = $1)
      WHERE owner = $2 AND period = $1`,
    [period, owner],
  );
  return count;
}

interface PeriodColumn {
  readonly name: string;
  readonly where: (alias: string) => string;
  readonly usesOwner: boolean;
}

/** Where an owner's period stands: of a province in two columns, by whose the row is. */
function periodColumns(owner: RunOwner): readonly PeriodColumn[] {
  if (owner === NATIONAL_CENTRE) {
    const isBetween = (alias: string) => `AND ${alias}home_province <> ${alias}treatment_province`;
    return [{ name: 'national_period', where: isBetween, usesOwner: false }];
  }
  return (['home', 'treatment'] as const).map((side) => ({
    name: `${side}_period`,
    where: (alias) => `AND ${alias}${side}_province = $2`,
    usesOwner: true,
  }));
}

function ofOwner(owner: RunOwner, alias: string): string {
  if (owner === NATIONAL_CENTRE) return '';
  return `AND $2 IN (${alias}home_province, ${alias}treatment_province)`;
}

function params(owner: RunOwner, period: Period, usesOwner = owner !== NATIONAL_CENTRE): readonly unknown[] {
  return usesOwner ? [period, owner] : [period];
}
