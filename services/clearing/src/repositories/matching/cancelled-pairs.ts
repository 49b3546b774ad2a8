import type { Queryable, Statement } from '@yijie/postgres';
import { idArray, idBytes } from '../ids.ts';

export interface OpenPair {
  readonly settlementId: string;
  readonly refundId: string;
}

/** Refunds on the list whose settlement is on it, too, unmatched, and was last decided to be refunded. */
const pairsStatement: Statement = {
  name: 'clearing_refunds_to_cancel',
  sql: `
    SELECT o.settlement_id, r.settlement_id AS refund_id
      FROM unnest($1::bytea[]) AS i(id)
      JOIN open_row r ON r.settlement_id = i.id
      JOIN open_row o ON o.settlement_id = r.original_id AND o.match_state <> 'MATCHED'
      JOIN LATERAL (
        SELECT m.kind FROM match_resolution m
         WHERE m.settlement_id = o.settlement_id ORDER BY m.resolution_id DESC LIMIT 1) m ON m.kind = 'REFUND'`,
};

export async function refundsToCancel(tx: Queryable, refundIds: readonly string[]): Promise<OpenPair[]> {
  const { rows } = await tx.query<{ settlement_id: Buffer; refund_id: Buffer }>(pairsStatement, [
    idArray(refundIds),
  ]);
  return rows.map((row) => ({
    settlementId: row.settlement_id.toString('hex'),
    refundId: row.refund_id.toString('hex'),
  }));
}

export async function cancelPair(tx: Queryable, pair: OpenPair, nowMs: number): Promise<void> {
  await tx.query(
    `WITH gone AS (
       DELETE FROM open_row WHERE settlement_id IN ($1, $2) RETURNING settlement_id, institution_code),
     settled AS (DELETE FROM match_difference WHERE settlement_id IN ($1, $2))
     INSERT INTO cancelled_pair (settlement_id, refund_id, institution_code, cancelled_at_ms)
     SELECT $1, $2, institution_code, $3 FROM gone WHERE settlement_id = $1`,
    [idBytes(pair.settlementId), idBytes(pair.refundId), nowMs],
  );
}
