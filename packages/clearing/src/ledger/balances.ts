import { type Fen, fen } from '@yijie/money';
import type { LedgerEntry } from './ledger-entry.ts';

/** Sums of entries by any of their dimensions; with the entries up to a moment, the state at that moment. */
export function balancesOf(
  entries: Iterable<LedgerEntry>,
  keyOf: (entry: LedgerEntry) => string,
): ReadonlyMap<string, Fen> {
  const sums = new Map<string, Fen>();
  for (const entry of entries) {
    const key = keyOf(entry);
    sums.set(key, fen((sums.get(key) ?? 0) + entry.amountFen));
  }
  return sums;
}

/** What isn't 0 where a balanced set must be: in the books of each party, and per pair, scheme and fund. */
export function imbalances(entries: Iterable<LedgerEntry>): readonly string[] {
  const all = [...entries];
  const onFund = ({ payer, payee, scheme, fund }: LedgerEntry) =>
    `${payer} ${payee} ${scheme} ${fund ?? '-'}`;
  const sums = [
    ...balancesOf(all, (entry) => `books of ${entry.party} on ${onFund(entry)}`),
    ...balancesOf(all, onFund),
  ];
  return sums.filter(([, amount]) => amount !== 0).map(([key, amount]) => `${key}: ${amount}`);
}
