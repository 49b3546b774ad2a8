import type { AdvanceEntry, AdvanceEntryKind, PartyCode, RunOwner } from '@yijie/clearing';
import type { Fen } from '@yijie/money';
import type { Queryable } from '@yijie/postgres';

export async function bookAdvance(
  tx: Queryable,
  owner: RunOwner,
  { payer, payee, kind, amount }: AdvanceEntry,
  { period, reference, atMs }: { period: string; reference: string; atMs: number },
): Promise<void> {
  // An entry's amount follows its kind, so what lowers the closing stands as a positive amount.
  await tx.query(
    `INSERT INTO advance_entry (owner, payer, payee, kind, employee_fen, resident_fen, period, reference, booked_at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [owner, payer, payee, kind, amount.employeeFen, amount.residentFen, period, reference, atMs],
  );
}

/** All movements of an owner's float, as they were booked. */
export async function readAdvance(tx: Queryable, owner: RunOwner): Promise<readonly AdvanceEntry[]> {
  const { rows } = await tx.query<{
    payer: PartyCode;
    payee: PartyCode;
    kind: AdvanceEntryKind;
    employee_fen: Fen;
    resident_fen: Fen;
  }>(
    `SELECT payer, payee, kind, employee_fen, resident_fen FROM advance_entry WHERE owner = $1 ORDER BY entry_id`,
    [owner],
  );
  return rows.map(({ payer, payee, kind, employee_fen, resident_fen }) => ({
    payer,
    payee,
    kind,
    amount: { employeeFen: employee_fen, residentFen: resident_fen },
  }));
}

/** False when the year's adjustment was issued before. */
export async function insertAdjustment(
  tx: Queryable,
  issued: {
    readonly owner: RunOwner;
    readonly year: number;
    readonly contentHash: string;
    readonly tables: Buffer;
    readonly by: string;
    readonly atMs: number;
  },
): Promise<boolean> {
  const { owner, year, contentHash, tables, by, atMs } = issued;
  const { rows } = await tx.query(
    `INSERT INTO advance_adjustment (owner, year, content_hash, tables, issued_by, issued_at_ms)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING year`,
    [owner, year, contentHash, tables, by, atMs],
  );
  return rows.length === 1;
}
