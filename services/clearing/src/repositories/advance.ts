import type { AdvanceEntry, RunOwner } from '@yijie/clearing';
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
