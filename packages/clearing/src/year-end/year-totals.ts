import { SCHEMES, type Scheme } from '@yijie/codes';
import { type Fen, fen } from '@yijie/money';
import type { Cell } from '../cells/cell.ts';
import { sumFunds } from '../funds.ts';
import type { PartyCode } from '../party.ts';
import { yearOf } from '../period.ts';

/** What a year's rows of a pair and scheme add up to, whichever runs cleared them. */
export interface YearTotals {
  readonly payer: PartyCode;
  readonly payee: PartyCode;
  readonly scheme: Scheme;
  readonly times: number;
  readonly medicalFen: Fen;
  readonly clearingFen: Fen;
  readonly deductedFen: Fen;
}

/**
 * The rows of a year in the cells of any runs. A row's year is that of its settlement month (a refund: of its own; a deduction: of
 * its settlement), so December rows cleared in January count in the old year (clearing-and-filing §4.9). Sorted.
 */
export function yearTotals(cells: Iterable<Cell>, year: number): readonly YearTotals[] {
  return sumCells(cells, (cell) => yearOf(cell.settledPeriod) === year);
}

/** The same sums over the cells that a test picks. */
export function sumCells(cells: Iterable<Cell>, picks: (cell: Cell) => boolean): readonly YearTotals[] {
  const sums = new Map<string, YearTotals>();
  for (const cell of cells) {
    if (!picks(cell)) continue;
    const { payer, payee, scheme } = cell;
    const key = totalsKey({ payer, payee, scheme });
    const sum = sums.get(key);
    sums.set(key, {
      payer,
      payee,
      scheme,
      times: (sum?.times ?? 0) + cell.times,
      medicalFen: fen((sum?.medicalFen ?? 0) + cell.medicalFen),
      clearingFen: fen((sum?.clearingFen ?? 0) + sumFunds(cell.clearing)),
      deductedFen: fen((sum?.deductedFen ?? 0) + sumFunds(cell.deducted)),
    });
  }
  return [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, totals]) => totals);
}

export function totalsKey({ payer, payee, scheme }: Pick<YearTotals, 'payer' | 'payee' | 'scheme'>): string {
  return `${payer} ${payee} ${SCHEMES.indexOf(scheme)}`;
}
