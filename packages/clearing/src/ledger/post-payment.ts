import { fen } from '@yijie/money';
import type { Transfer } from '../netting/transfer.ts';
import type { PartyCode } from '../party.ts';
import { allocate } from './allocate.ts';
import type { TransferComponent } from './components.ts';
import type { LedgerAccount, LedgerEntry, PostingSet } from './ledger-entry.ts';

/** A payment of one notice line: how far the line was paid before and is now. */
export interface PaidPart {
  readonly transfer: Transfer;
  readonly components: readonly TransferComponent[];
  readonly paidBeforeFen: number;
  readonly paidAfterFen: number;
  /** The hub, where the transfer goes to or comes from one. */
  readonly hub?: PartyCode | undefined;
}

/** Money moved for a monthly or year-end line: it settles payables and receivables, in parts as it comes. */
export function postPayment(part: PaidPart): PostingSet {
  return { kind: 'PAYMENT', entries: settled(part, 'PAYABLE', 'RECEIVABLE') };
}

/** Money moved for the advance fund: no claim is settled, the float itself changes hands. */
export function postAdvance(part: PaidPart): PostingSet {
  return { kind: 'ADVANCE', entries: settled(part, 'ADVANCE', 'ADVANCE') };
}

function settled(
  { transfer, components, paidBeforeFen, paidAfterFen, hub = '' }: PaidPart,
  ofPayer: LedgerAccount,
  ofPayee: LedgerAccount,
): readonly LedgerEntry[] {
  const shares = allocate(components, transfer.amountFen, paidBeforeFen, paidAfterFen);
  return components.flatMap((component, at): readonly LedgerEntry[] => {
    const share = shares[at] ?? 0;
    if (share === 0) return [];
    const { payer, payee, scheme, fund, settles } = component;
    const withPair = settles === 'PAYEE' ? transfer.payee === payee : transfer.payer === payer;
    const amount = withPair ? share : -share;
    const on = { payer, payee, scheme, fund };
    const entry = (party: PartyCode, account: LedgerAccount, sign: 1 | -1): LedgerEntry => ({
      ...on,
      party,
      account,
      amountFen: fen(sign * amount),
    });
    const paid = [entry(payer, ofPayer, 1), entry(payer, 'CASH', -1)];
    const received = [entry(payee, 'CASH', 1), entry(payee, ofPayee, -1)];
    if (settles === 'PAYER') return [...paid, entry(hub, 'CASH', 1), entry(hub, 'HUB', -1)];
    if (settles === 'PAYEE') return [entry(hub, 'HUB', 1), entry(hub, 'CASH', -1), ...received];
    return [...paid, ...received];
  });
}
