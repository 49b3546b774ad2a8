import type { Dispute, DisputeLevel, DisputeState, PartyCode } from '@yijie/clearing';
import type { Queryable } from '@yijie/postgres';

/** A dispute with its newest step. */
export interface StoredDispute extends Dispute {
  readonly disputeId: string;
  readonly step: number;
  readonly settlementId: string;
  readonly deductId: string | undefined;
  readonly raisedBy: PartyCode;
  readonly words: string;
  /** What was said when it was raised. */
  readonly raisedWords: string;
  readonly raisedByPerson: string;
  readonly atMs: number;
}

export async function findDispute(tx: Queryable, disputeId: string): Promise<StoredDispute | undefined> {
  const [found] = await readDisputes(tx, 's.dispute_id = $1', [disputeId]);
  return found;
}

export function disputesOf(
  tx: Queryable,
  party: PartyCode,
  openOnly: boolean,
): Promise<readonly StoredDispute[]> {
  return readDisputes(
    tx,
    `(s.raised_by = $1 OR $1 IN (r.home_pool, r.treatment_pool, r.home_province, r.treatment_province))
     AND (NOT $2 OR s.state IN ('RAISED', 'ESCALATED'))`,
    [party, openOnly],
  );
}

async function readDisputes(
  tx: Queryable,
  where: string,
  params: readonly unknown[],
): Promise<readonly StoredDispute[]> {
  const { rows } = await tx.query<StepRow>(
    `SELECT s.*, first.words AS raised_words, first.acted_by AS raised_person
       FROM dispute_step s JOIN dispute_step first ON first.dispute_id = s.dispute_id AND first.step = 1
       LEFT JOIN cleared_row r ON r.settlement_id = s.settlement_id
      WHERE s.step = (SELECT max(step) FROM dispute_step n WHERE n.dispute_id = s.dispute_id) AND ${where}
      ORDER BY s.dispute_id`,
    params,
  );
  return rows.map((row) => ({
    disputeId: row.dispute_id,
    step: row.step,
    settlementId: row.settlement_id.toString('hex'),
    deductId: row.deduct_id ?? undefined,
    raisedBy: row.raised_by,
    state: row.state,
    level: row.level,
    words: row.words,
    raisedWords: row.raised_words,
    raisedByPerson: row.raised_person,
    atMs: row.acted_at_ms,
  }));
}

export async function appendDisputeStep(
  tx: Queryable,
  step: Omit<StoredDispute, 'raisedWords' | 'raisedByPerson' | 'atMs'>,
  by: string,
  atMs: number,
): Promise<void> {
  await tx.query(
    `INSERT INTO dispute_step (dispute_id, step, settlement_id, deduct_id, raised_by, state, level, words, acted_by,
       acted_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      step.disputeId,
      step.step,
      Buffer.from(step.settlementId, 'hex'),
      step.deductId ?? null,
      step.raisedBy,
      step.state,
      step.level,
      step.words,
      by,
      atMs,
    ],
  );
}

interface StepRow {
  readonly dispute_id: string;
  readonly step: number;
  readonly settlement_id: Buffer;
  readonly deduct_id: string | null;
  readonly raised_by: PartyCode;
  readonly state: DisputeState;
  readonly level: DisputeLevel;
  readonly words: string;
  readonly raised_words: string;
  readonly raised_person: string;
  readonly acted_at_ms: number;
}
