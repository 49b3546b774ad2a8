import { type PairPosition, pairPositions } from '../cells/pair-position.ts';
import { levelOf, type PartyCode } from '../party.ts';
import type { PartyTables, RunDeduction, RunInput, RunTables } from './run-tables.ts';
import { buildTable9 } from './table-9.ts';
import { buildTable14 } from './table-14.ts';
import type { TableContext } from './table-context.ts';
import { buildTable10, buildTable11 } from './tables-10-11.ts';
import { buildFundTable } from './tables-12-13.ts';

/** Tables 9–14 of one run. The same cells and deductions in any order give the same tables in the same order. */
export function buildRunTables(input: RunInput): RunTables {
  const { owner, period, names, headings = new Map() } = input;
  const context: TableContext = {
    owner,
    level: levelOf(owner),
    period,
    headings,
    nameOf: (party) => names?.get(party) ?? party,
  };
  const pairs = pairPositions(input.cells, period);
  const parties = partiesOf(input, pairs);
  const sides = sidesOf(parties, pairs, input.deductions);
  return {
    owner,
    period,
    pairs,
    clearing: buildTable9(parties, pairs, context),
    parties: parties.map((party) => partyTables(party, sides.get(party) ?? noSides(), context)),
  };
}

interface Sides {
  readonly paid: PairPosition[];
  readonly received: PairPosition[];
  readonly deductedPaid: RunDeduction[];
  readonly deductedReceived: RunDeduction[];
}

function partyTables(party: PartyCode, sides: Sides, context: TableContext): PartyTables {
  return {
    party,
    receipts: buildTable10(party, sides.received, context),
    payments: buildTable11(party, sides.paid, context),
    employeeFunds: buildFundTable('employee', party, sides.paid, sides.received, context),
    residentFunds: buildFundTable('resident', party, sides.paid, sides.received, context),
    deductions: buildTable14(party, sides.deductedPaid, sides.deductedReceived, context),
  };
}

function partiesOf(input: RunInput, pairs: readonly PairPosition[]): readonly PartyCode[] {
  const parties = new Set(input.parties);
  for (const { payer, payee } of pairs) parties.add(payer).add(payee);
  return [...parties].toSorted();
}

/** Each party's pairs, in order of the counterparty since the pairs are sorted; and its deductions likewise. */
function sidesOf(
  parties: readonly PartyCode[],
  pairs: readonly PairPosition[],
  deductions: readonly RunDeduction[],
): ReadonlyMap<PartyCode, Sides> {
  const sides = new Map(parties.map((party) => [party, noSides()]));
  for (const pair of pairs) {
    sides.get(pair.payer)?.paid.push(pair);
    sides.get(pair.payee)?.received.push(pair);
  }
  for (const one of deductions.toSorted(byPairAndId)) {
    sides.get(one.payer)?.deductedPaid.push(one);
    sides.get(one.payee)?.deductedReceived.push(one);
  }
  return sides;
}

function noSides(): Sides {
  return { paid: [], received: [], deductedPaid: [], deductedReceived: [] };
}

function byPairAndId(a: RunDeduction, b: RunDeduction): number {
  return (
    compare(a.payer, b.payer) ||
    compare(a.payee, b.payee) ||
    compare(a.deduction.deductId, b.deduction.deductId)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
