import { SCHEMES, type Scheme } from '@yijie/codes';
import type { PairPosition, SchemePosition } from '../cells/pair-position.ts';
import { FUND_NAMES, type FundName } from '../funds.ts';
import type { NettingMode, Transfer } from '../netting/transfer.ts';
import type { PartyCode } from '../party.ts';

/** A part of a transfer: how much of which pair, scheme and fund it settles. */
export interface TransferComponent {
  readonly payer: PartyCode;
  readonly payee: PartyCode;
  readonly scheme: Scheme;
  /** null where a line is of a scheme as a whole (advance fund, year-end). */
  readonly fund: FundName | null;
  /** Of the transfer's money: negative where the pair owes the other way. The components sum to the transfer's amount. */
  readonly shareFen: number;
  /** Whose account with the pair it settles: with a hub only that of the party that isn't the hub. */
  readonly settles: 'BOTH' | 'PAYER' | 'PAYEE';
}

/** Takes a monthly transfer apart into what it settles, so that the ledger can book it per pair, scheme and fund. */
export function componentsOf(
  transfer: Transfer,
  pairs: readonly PairPosition[],
  mode: NettingMode,
  hub: PartyCode,
): readonly TransferComponent[] {
  if (mode === 'HUB') return hubComponents(transfer, pairs, hub);
  const { payer, payee, scheme, kind } = transfer;
  const forward = pairs.filter((pair) => pair.payer === payer && pair.payee === payee);
  const backward = pairs.filter((pair) => pair.payer === payee && pair.payee === payer);
  const own = forward.flatMap((pair) => partsOf(pair, scheme, 1, 'BOTH'));
  const opposite = backward.flatMap((pair) => partsOf(pair, scheme, -1, 'BOTH'));
  const both = [...own, ...opposite];
  // Without both signatures a pair stays gross in mode PAIR: the amount tells which it was.
  if (mode === 'PAIR' && sharesOf(both) === transfer.amountFen) return both;
  return kind === 'NORMAL' ? own : opposite;
}

/** A transfer of the advance fund or the year's end: its two schemes, on the pair in whose direction the claim runs. */
export function schemeComponents(transfer: Transfer): readonly TransferComponent[] {
  const isReturn = transfer.kind === 'RETURN';
  const payer = isReturn ? transfer.payee : transfer.payer;
  const payee = isReturn ? transfer.payer : transfer.payee;
  return SCHEMES.flatMap((scheme) => {
    const shareFen = scheme === 'employee' ? transfer.employeeFen : transfer.residentFen;
    return shareFen === 0 ? [] : [{ payer, payee, scheme, fund: null, shareFen, settles: 'BOTH' as const }];
  });
}

/** Every pair of the party that isn't the hub: what it pays in the transfer's direction, what it receives against it. */
function hubComponents(
  { payer, payee, scheme }: Transfer,
  pairs: readonly PairPosition[],
  hub: PartyCode,
): readonly TransferComponent[] {
  const party = payer === hub ? payee : payer;
  const sign = payer === hub ? -1 : 1;
  return pairs.flatMap((pair) => [
    ...(pair.payer === party ? partsOf(pair, scheme, sign, 'PAYER') : []),
    ...(pair.payee === party ? partsOf(pair, scheme, sign === 1 ? -1 : 1, 'PAYEE') : []),
  ]);
}

function partsOf(
  pair: PairPosition,
  only: Scheme | null,
  sign: 1 | -1,
  settles: TransferComponent['settles'],
): readonly TransferComponent[] {
  const { payer, payee } = pair;
  return SCHEMES.filter((scheme) => only === null || scheme === only).flatMap((scheme) =>
    FUND_NAMES.flatMap((fund, at) => {
      const shareFen = sign * netOfFund(pair[scheme], at);
      return shareFen === 0 ? [] : [{ payer, payee, scheme, fund, shareFen, settles }];
    }),
  );
}

function sharesOf(components: readonly TransferComponent[]): number {
  return components.reduce((sum, { shareFen }) => sum + shareFen, 0);
}

function netOfFund({ clearingByFund, deductedByFund }: SchemePosition, at: number): number {
  return (clearingByFund[at] ?? 0) - (deductedByFund[at] ?? 0);
}
