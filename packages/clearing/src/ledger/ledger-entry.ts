import type { Scheme } from '@yijie/codes';
import type { Fen } from '@yijie/money';
import type { FundName } from '../funds.ts';
import type { PartyCode } from '../party.ts';

export const LEDGER_ACCOUNTS = [
  'RECEIVABLE',
  'PAYABLE',
  'COST',
  'DEDUCTION',
  'CASH',
  'HUB',
  'ADVANCE',
] as const;
/**
 * COST: what the payer's fund bears, and what the payee's hospitals were advanced. DEDUCTION: what is cut from it. HUB: between
 * a party's transfer and the hub's. ADVANCE: the float, paid by the payer and held by the payee.
 */
export type LedgerAccount = (typeof LEDGER_ACCOUNTS)[number];

export const POSTING_KINDS = ['CLEARING', 'DEDUCTION', 'PAYMENT', 'ADVANCE', 'YEAR_END'] as const;
export type PostingKind = (typeof POSTING_KINDS)[number];

/** One entry in the books of one party, on a pair, a scheme and a fund. Debit is positive, credit negative. */
export interface LedgerEntry {
  readonly party: PartyCode;
  readonly account: LedgerAccount;
  readonly payer: PartyCode;
  readonly payee: PartyCode;
  readonly scheme: Scheme;
  /** ADVANCE and YEAR_END keep no fund: they are of a scheme as a whole. */
  readonly fund: FundName | null;
  readonly amountFen: Fen;
}

/**
 * Entries that belong together: they sum to 0 in the books of each party, and per pair, scheme and fund. The shell adds period,
 * time and reference, and stores the set in one transaction.
 */
export interface PostingSet {
  readonly kind: PostingKind;
  readonly entries: readonly LedgerEntry[];
}
