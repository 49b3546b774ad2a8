import type { PairPosition } from '../cells/pair-position.ts';
import { hubOf, type PartyCode, type RunOwner } from '../party.ts';
import { lineOf, type SchemeAmounts } from './line-of.ts';
import { NETTING_MODES, type NettingComparison, type NettingMode, type Transfer } from './transfer.ts';

export interface NettingRules {
  readonly owner: RunOwner;
  readonly mode: NettingMode;
  /** Each scheme is a line of its own with its own direction. */
  readonly splitByScheme: boolean;
  /** PAIR: a party that signed itself. Without both signatures a pair stays gross (clearing-and-filing §4.6). */
  readonly hasSigned?: (party: PartyCode) => boolean;
}

/** The transfers of a run: lines whose sum is 0 aren't made. Sorted by payer, payee, scheme. */
export function transfersOf(pairs: readonly PairPosition[], rules: NettingRules): readonly Transfer[] {
  const amounts =
    rules.mode === 'GROSS'
      ? grossAmounts(pairs)
      : rules.mode === 'HUB'
        ? hubAmounts(pairs, hubOf(rules.owner))
        : pairAmounts(grossAmounts(pairs), rules.hasSigned ?? (() => true));
  return amounts.flatMap((one) => linesOf(one, rules.splitByScheme)).toSorted(byParties);
}

/** What each mode would move for the same run: number of transfers and money. */
export function compareModes(
  pairs: readonly PairPosition[],
  rules: Omit<NettingRules, 'mode'>,
): readonly NettingComparison[] {
  return NETTING_MODES.map((mode) => {
    const transfers = transfersOf(pairs, { ...rules, mode });
    let moved = 0;
    for (const { amountFen } of transfers) moved += amountFen;
    return { mode, transfers: transfers.length, movedFen: moved as Transfer['amountFen'] };
  });
}

function grossAmounts(pairs: readonly PairPosition[]): readonly SchemeAmounts[] {
  return pairs.map(({ payer, payee, employee, resident }) => ({
    payer,
    payee,
    employee: employee.netFen,
    resident: resident.netFen,
    returns: true,
  }));
}

/** Each party's balance against the hub, its own pairs with the hub included; the hub has no balance of its own. */
function hubAmounts(pairs: readonly PairPosition[], hub: PartyCode): readonly SchemeAmounts[] {
  const payable = new Map<PartyCode, { employee: number; resident: number }>();
  const add = (party: PartyCode, employee: number, resident: number): void => {
    const sum = payable.get(party) ?? { employee: 0, resident: 0 };
    payable.set(party, { employee: sum.employee + employee, resident: sum.resident + resident });
  };
  for (const { payer, payee, employee, resident } of pairs) {
    add(payer, employee.netFen, resident.netFen);
    add(payee, -employee.netFen, -resident.netFen);
  }
  payable.delete(hub);
  return [...payable].map(([party, sums]) => ({ payer: party, payee: hub, ...sums, returns: false }));
}

/** a→b less b→a where both signed. */
function pairAmounts(
  gross: readonly SchemeAmounts[],
  hasSigned: (party: PartyCode) => boolean,
): readonly SchemeAmounts[] {
  const open = new Map(gross.map((one) => [`${one.payer} ${one.payee}`, one]));
  return gross.flatMap((one) => {
    const { payer, payee } = one;
    const opposite = open.get(`${payee} ${payer}`);
    if (opposite === undefined || payer === payee || !hasSigned(payer) || !hasSigned(payee)) return [one];
    if (payer > payee) return [];
    const employee = one.employee - opposite.employee;
    const resident = one.resident - opposite.resident;
    // A flow back is a return only when nothing was due in its direction.
    const due = (amounts: SchemeAmounts) => amounts.employee + amounts.resident > 0;
    return [{ payer, payee, employee, resident, returns: !(due(one) || due(opposite)) }];
  });
}

function linesOf(amounts: SchemeAmounts, splitByScheme: boolean): readonly Transfer[] {
  const lines = splitByScheme
    ? [lineOf({ ...amounts, resident: 0 }, 'employee'), lineOf({ ...amounts, employee: 0 }, 'resident')]
    : [lineOf(amounts, null)];
  return lines.filter((line) => line !== undefined);
}

/** A pair may have two lines, one in its own direction and a return of the opposite pair: NORMAL comes first. */
function byParties(a: Transfer, b: Transfer): number {
  return (
    compare(a.payer, b.payer) ||
    compare(a.payee, b.payee) ||
    compare(a.kind, b.kind) ||
    compare(a.scheme ?? '', b.scheme ?? '')
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
