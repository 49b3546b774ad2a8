import type { LedgerAccount, PartyCode, PostingSet, RunOwner } from '@yijie/clearing';
import type { Scheme } from '@yijie/codes';
import type { Queryable } from '@yijie/postgres';

export interface Booking {
  readonly owner: RunOwner;
  /** YYYYMM, or YYYY. */
  readonly period: string;
  /** What is booked; booking it twice is refused by the table. */
  readonly reference: string;
  readonly by: string;
  readonly atMs: number;
}

/** Books a set: the table refuses one that isn't balanced or whose period is closed. */
export async function bookSet(tx: Queryable, { kind, entries }: PostingSet, booking: Booking): Promise<void> {
  if (entries.length === 0) return;
  const { owner, period, reference, by, atMs } = booking;
  await tx.query(
    `INSERT INTO ledger_period (owner, period, state) VALUES ($1, $2, 'OPEN') ON CONFLICT DO NOTHING`,
    [owner, period],
  );
  const { rows } = await tx.query<{ set_id: number }>(
    `INSERT INTO ledger_set (owner, period, kind, reference, booked_by, booked_at_ms) VALUES ($1, $2, $3, $4, $5, $6)
     RETURNING set_id`,
    [owner, period, kind, reference, by, atMs],
  );
  await tx.query(
    `INSERT INTO ledger_entry (set_id, line, party, account, payer, payee, scheme, fund, amount_fen)
     SELECT $1, ordinality, party, account, payer, payee, scheme, fund, amount
       FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[])
         WITH ORDINALITY AS e (party, account, payer, payee, scheme, fund, amount, ordinality)`,
    [
      rows[0]?.set_id,
      entries.map(({ party }) => party),
      entries.map(({ account }) => account),
      entries.map(({ payer }) => payer),
      entries.map(({ payee }) => payee),
      entries.map(({ scheme }) => scheme),
      entries.map(({ fund }) => fund),
      entries.map(({ amountFen }) => amountFen),
    ],
  );
}

/** BOOKED: payments alone from now on; CLOSED: nothing. */
export async function lockLedger(
  tx: Queryable,
  owner: RunOwner,
  period: string,
  state: 'BOOKED' | 'CLOSED',
): Promise<void> {
  await tx.query(
    `INSERT INTO ledger_period (owner, period, state) VALUES ($1, $2, $3)
     ON CONFLICT (owner, period) DO UPDATE SET state = excluded.state`,
    [owner, period, state],
  );
}

export interface BalanceRow {
  readonly party: PartyCode;
  readonly account: LedgerAccount;
  readonly payer: PartyCode;
  readonly payee: PartyCode;
  readonly scheme: Scheme;
  readonly fund: string | null;
  readonly balance_fen: number;
}

/** Balances by account, pair, scheme and fund of what was booked until a moment; zeros are left out. */
export async function ledgerBalances(
  tx: Queryable,
  owner: RunOwner,
  { payer, payee, atMs }: { payer: PartyCode | undefined; payee: PartyCode | undefined; atMs: number },
): Promise<readonly BalanceRow[]> {
  const { rows } = await tx.query<BalanceRow>(
    `SELECT party, account, payer, payee, scheme, fund, sum_fen(amount_fen) AS balance_fen
       FROM ledger_entry JOIN ledger_set USING (set_id)
      WHERE owner = $1 AND booked_at_ms <= $2 AND ($3::text IS NULL OR payer = $3) AND ($4::text IS NULL OR payee = $4)
      GROUP BY party, account, payer, payee, scheme, fund HAVING sum_fen(amount_fen) <> 0
      ORDER BY party, account, payer, payee, scheme, fund`,
    [owner, atMs, payer ?? null, payee ?? null],
  );
  return rows;
}
