import { fen } from '@yijie/money';
import type { Cell } from '../cells/cell.ts';
import { sumFunds } from '../funds.ts';
import type { ClearingParameters } from '../parameters.ts';
import type { PartyCode } from '../party.ts';
import { type Period, period } from '../period.ts';
import { NO_SCHEMES, type QuotaInput, type SchemeFen } from './quota.ts';

/** Cells of one run, or all cells of some months. */
export interface RunCells {
  readonly period: Period;
  readonly cells: Iterable<Cell>;
}

/** What a pair's float holds now. */
export interface Held {
  readonly payer: PartyCode;
  readonly payee: PartyCode;
  readonly closing: SchemeFen;
}

/**
 * What next year's quotas are made of: per pair what was cleared in the months of `year` (or settled in them, whichever run cleared
 * it), net of deductions. A pair that holds a float and had nothing in those months is asked for too: its quota falls to 0.
 * Sorted by pair.
 */
export function quotaInputs(
  year: number,
  runs: Iterable<RunCells>,
  held: readonly Held[],
  { quotaAmount, quotaBasis }: Pick<ClearingParameters, 'quotaAmount' | 'quotaBasis'>,
): readonly QuotaInput[] {
  const first = quotaBasis === 'LAST_YEAR_6M' ? 1 : 10;
  const months = Array.from({ length: 13 - first }, (_, at) => period(year * 100 + first + at));
  const pairs = new Map<string, QuotaInput & { readonly months: SchemeFen[] }>();
  const pairOf = (payer: PartyCode, payee: PartyCode) => {
    const key = `${payer} ${payee}`;
    const known = pairs.get(key);
    if (known !== undefined) return known;
    const pair = { payer, payee, months: months.map(() => NO_SCHEMES), quotaOld: NO_SCHEMES };
    pairs.set(key, pair);
    return pair;
  };
  for (const run of runs) {
    for (const cell of run.cells) {
      const at = months.indexOf(quotaAmount === 'CLEARED' ? run.period : cell.settledPeriod);
      if (at < 0) continue;
      const sums = pairOf(cell.payer, cell.payee).months;
      sums[at] = addNet(sums[at] ?? NO_SCHEMES, cell);
    }
  }
  for (const { payer, payee, closing } of held) {
    const pair = pairOf(payer, payee);
    pairs.set(`${payer} ${payee}`, { ...pair, quotaOld: closing });
  }
  return [...pairs].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, pair]) => pair);
}

function addNet({ employeeFen, residentFen }: SchemeFen, { scheme, clearing, deducted }: Cell): SchemeFen {
  const net = sumFunds(clearing) - sumFunds(deducted);
  return scheme === 'employee'
    ? { employeeFen: fen(employeeFen + net), residentFen }
    : { employeeFen, residentFen: fen(residentFen + net) };
}
