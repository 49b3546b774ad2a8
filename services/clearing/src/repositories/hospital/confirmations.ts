import type { Membership, Period } from '@yijie/clearing';
import type { Queryable, Statement } from '@yijie/postgres';
import { idArray } from '../ids.ts';

export interface Confirmation {
  readonly institutionCode: string;
  readonly messageId: string;
  readonly confirmedBy: string;
  readonly nowMs: number;
}

const confirmStatement: Statement = {
  name: 'clearing_confirm_rows',
  sql: `
    INSERT INTO hospital_confirmation (settlement_id, institution_code, message_id, confirmed_by, confirmed_at_ms)
    SELECT id, $2, $3, $4, $5 FROM unnest($1::bytea[]) AS i(id) ORDER BY id
    ON CONFLICT (settlement_id) DO NOTHING`,
};

/** Returns how many weren't confirmed before. */
export async function addConfirmations(
  tx: Queryable,
  ids: readonly string[],
  { institutionCode, messageId, confirmedBy, nowMs }: Confirmation,
): Promise<number> {
  const { count } = await tx.query(confirmStatement, [
    idArray(ids),
    institutionCode,
    messageId,
    confirmedBy,
    nowMs,
  ]);
  return count;
}

export async function confirmedByMessage(
  tx: Queryable,
  institutionCode: string,
  messageId: string,
): Promise<string[]> {
  const { rows } = await tx.query<{ settlement_id: Buffer }>(
    `SELECT settlement_id FROM hospital_confirmation
      WHERE institution_code = $1 AND message_id = $2 ORDER BY settlement_id FOR UPDATE`,
    [institutionCode, messageId],
  );
  return rows.map(({ settlement_id }) => settlement_id.toString('hex'));
}

/** A row that is in its runs, as far as taking it out again needs it. */
export interface PlacedConfirmation {
  readonly settlementId: string;
  readonly homePool: string;
  readonly treatmentPool: string;
  readonly membership: Membership;
  /** A refund of it that is in its runs, too. */
  readonly refundId: string | undefined;
  /** The treatment agency has deducted from it. */
  readonly isDeducted: boolean;
}

export async function placedOf(tx: Queryable, ids: readonly string[]): Promise<PlacedConfirmation[]> {
  const { rows } = await tx.query<{
    readonly settlement_id: Buffer;
    readonly home_pool: string;
    readonly treatment_pool: string;
    readonly national_period: Period | null;
    readonly home_period: Period;
    readonly treatment_period: Period;
    readonly refund_id: Buffer | null;
    readonly is_deducted: boolean;
  }>(
    `SELECT r.settlement_id, r.home_pool, r.treatment_pool, r.national_period, r.home_period, r.treatment_period,
            (SELECT b.settlement_id FROM cleared_row b WHERE b.original_id = r.settlement_id) AS refund_id,
            EXISTS (SELECT 1 FROM deduction d WHERE d.settlement_id = r.settlement_id) AS is_deducted
       FROM cleared_row r WHERE r.settlement_id = ANY ($1::bytea[]) ORDER BY r.settlement_id FOR UPDATE`,
    [idArray(ids)],
  );
  return rows.map((row) => ({
    settlementId: row.settlement_id.toString('hex'),
    homePool: row.home_pool,
    treatmentPool: row.treatment_pool,
    membership: {
      national: row.national_period ?? undefined,
      home: row.home_period,
      treatment: row.treatment_period,
    },
    refundId: row.refund_id?.toString('hex'),
    isDeducted: row.is_deducted,
  }));
}

/** Takes rows out of their runs, back on the exception list, as matched as they were. */
export async function reopenRows(tx: Queryable, ids: readonly string[], nowMs: number): Promise<void> {
  await tx.query(
    `WITH gone AS (DELETE FROM cleared_row WHERE settlement_id = ANY ($1::bytea[]) RETURNING *)
     INSERT INTO open_row (settlement_id, original_id, home_pool, treatment_pool, institution_code, scheme, visit_kind,
            settled_at_ms, settled_period, total_fen, match_state, sides, counted_side, reasons, first_at_ms,
            changed_at_ms)
     SELECT g.settlement_id, g.original_id, g.home_pool, g.treatment_pool, g.institution_code, g.scheme, g.visit_kind,
            g.settled_at_ms, g.settled_period, g.medical_fen, 'MATCHED', 3,
            coalesce((SELECT m.side FROM match_resolution m
                       WHERE m.settlement_id = g.settlement_id AND m.kind = 'ACCEPT'
                       ORDER BY m.resolution_id DESC LIMIT 1), 1),
            '{NOT_HOSPITAL_CONFIRMED}',
            (SELECT min(f.received_at_ms) FROM fact f WHERE f.settlement_id = g.settlement_id), $2
       FROM gone g`,
    [idArray(ids), nowMs],
  );
}

export async function removeConfirmations(tx: Queryable, ids: readonly string[]): Promise<void> {
  await tx.query('DELETE FROM hospital_confirmation WHERE settlement_id = ANY ($1::bytea[])', [idArray(ids)]);
}
