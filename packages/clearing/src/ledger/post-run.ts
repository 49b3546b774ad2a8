import { SCHEMES } from '@yijie/codes';
import { type Fen, fen } from '@yijie/money';
import type { PairPosition } from '../cells/pair-position.ts';
import { FUND_NAMES } from '../funds.ts';
import type { LedgerEntry, PostingSet } from './ledger-entry.ts';

/**
 * What a confirmed run books: per pair, scheme and fund the claim (payable and cost of the payer, receivable and cost of the payee),
 * and the deductions against it. A pair whose line is 0 is booked like any other (clearing-and-filing §4.6).
 */
export function postRun(pairs: readonly PairPosition[]): readonly PostingSet[] {
  const claims: LedgerEntry[] = [];
  const deductions: LedgerEntry[] = [];
  for (const { payer, payee, ...schemes } of pairs) {
    for (const scheme of SCHEMES) {
      FUND_NAMES.forEach((fund, at) => {
        const on = { payer, payee, scheme, fund };
        claims.push(...owed(on, 'COST', schemes[scheme].clearingByFund[at] ?? 0));
        deductions.push(...owed(on, 'DEDUCTION', -(schemes[scheme].deductedByFund[at] ?? 0)));
      });
    }
  }
  return [
    { kind: 'CLEARING' as const, entries: claims },
    { kind: 'DEDUCTION' as const, entries: deductions },
  ].filter(({ entries }) => entries.length > 0);
}

type On = Pick<LedgerEntry, 'payer' | 'payee' | 'scheme' | 'fund'>;

/** The payer owes the payee an amount more (less when negative), against an account in the books of both. */
export function owed(on: On, against: 'COST' | 'DEDUCTION', amount: number): readonly LedgerEntry[] {
  if (amount === 0) return [];
  const [more, less] = [fen(amount), fen(-amount)] as [Fen, Fen];
  return [
    { ...on, party: on.payer, account: against, amountFen: more },
    { ...on, party: on.payer, account: 'PAYABLE', amountFen: less },
    { ...on, party: on.payee, account: 'RECEIVABLE', amountFen: more },
    { ...on, party: on.payee, account: against, amountFen: less },
  ];
}
