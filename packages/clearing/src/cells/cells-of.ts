import { type Fen, fen } from '@yijie/money';
import type { Deduction } from '../deductions/deduction.ts';
import { addFunds, NO_FUNDS } from '../funds.ts';
import { partiesIn, type RunOwner } from '../party.ts';
import type { Cell, ClearingRow } from './cell.ts';

/**
 * The cells of one run from its rows and the deductions it books: the plain form of what SQL groups. Rows that don't
 * belong to the owner are left out. Sorted, so that the same rows in another order give the same list.
 */
export function cellsOf(
  owner: RunOwner,
  rows: Iterable<ClearingRow>,
  deductions: Iterable<Deduction>,
): readonly Cell[] {
  const cells = new Map<string, Cell>();
  const add = (of: ClearingRow | Deduction, change: (cell: Cell) => Cell): void => {
    const parties = partiesIn(owner, of);
    if (parties === undefined) return;
    const { scheme, visitKind, settledPeriod } = of;
    const key = [parties.payer, parties.payee, scheme, visitKind, settledPeriod].join('|');
    const empty = { ...parties, scheme, visitKind, settledPeriod, times: 0, medicalFen: 0 as Fen };
    cells.set(key, change(cells.get(key) ?? { ...empty, clearing: NO_FUNDS, deducted: NO_FUNDS }));
  };
  for (const row of rows) {
    add(row, (cell) => ({
      ...cell,
      times: cell.times + (row.kind === 'settlement' ? 1 : -1),
      medicalFen: fen(cell.medicalFen + row.medicalFen),
      clearing: addFunds(cell.clearing, row.clearing),
    }));
  }
  for (const deduction of deductions) {
    add(deduction, (cell) => ({ ...cell, deducted: addFunds(cell.deducted, deduction.funds) }));
  }
  return [...cells].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => cell);
}
