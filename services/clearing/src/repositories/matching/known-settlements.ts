import type { SettlementFact, Side } from '@yijie/clearing';
import type { Queryable, Statement } from '@yijie/postgres';
import { sideOf } from '../../core/arrived-fact.ts';
import type { KnownSettlement, StoredFacts } from '../../core/decide-arrivals.ts';
import { idArray } from '../ids.ts';
import { type FactRow, factOf } from './fact-columns.ts';

/** A request to send again is open until the side has done so (fact_replaced), or another decision was taken. */
const knownStatement: Statement = {
  name: 'clearing_known_settlements',
  sql: `
    SELECT i.id, t.content_hash AS treatment_hash, h.content_hash AS home_hash,
           c.settlement_id IS NOT NULL AS is_cleared, m.side AS resend_side
      FROM unnest($1::bytea[]) AS i(id)
      LEFT JOIN fact t ON t.settlement_id = i.id AND t.side = 1
      LEFT JOIN fact h ON h.settlement_id = i.id AND h.side = 2
      LEFT JOIN cleared_row c ON c.settlement_id = i.id
      LEFT JOIN LATERAL (
        SELECT r.kind, r.side, r.at_ms FROM match_resolution r
         WHERE r.settlement_id = i.id ORDER BY r.resolution_id DESC LIMIT 1) m
        ON m.kind = 'RESEND' AND NOT EXISTS (
           SELECT 1 FROM fact_replaced p
            WHERE p.settlement_id = i.id AND p.side = m.side AND p.replaced_at_ms >= m.at_ms)
     WHERE t.settlement_id IS NOT NULL OR h.settlement_id IS NOT NULL`,
};

interface KnownRow {
  readonly id: Buffer;
  readonly treatment_hash: Buffer | null;
  readonly home_hash: Buffer | null;
  readonly is_cleared: boolean;
  readonly resend_side: number | null;
}

/** What is stored of the settlements, by id; those without any fact are left out. */
export async function knownSettlements(
  database: Queryable,
  ids: readonly string[],
): Promise<Map<string, KnownSettlement>> {
  const { rows } = await database.query<KnownRow>(knownStatement, [idArray(ids)]);
  return new Map(
    rows.map((row) => [
      row.id.toString('hex'),
      {
        treatmentHash: row.treatment_hash?.toString('latin1'),
        homeHash: row.home_hash?.toString('latin1'),
        isCleared: row.is_cleared,
        resendBy: row.resend_side === null ? undefined : sideOf(row.resend_side),
      },
    ]),
  );
}

const factsStatement: Statement = {
  name: 'clearing_facts',
  sql: 'SELECT * FROM fact WHERE settlement_id = ANY ($1::bytea[])',
};

/** Both sides' facts in force. */
export async function storedFacts(database: Queryable, ids: readonly string[]): Promise<StoredFacts> {
  const facts = new Map<string, Partial<Record<Side, SettlementFact>>>();
  if (ids.length === 0) return facts;
  const { rows } = await database.query<FactRow>(factsStatement, [idArray(ids)]);
  for (const row of rows) {
    const fact = factOf(row);
    facts.set(fact.settlementId, { ...facts.get(fact.settlementId), [sideOf(row.side)]: fact });
  }
  return facts;
}
