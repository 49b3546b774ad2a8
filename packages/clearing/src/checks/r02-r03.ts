import type { RunTables } from '../tables/run-tables.ts';
import { type CheckFailure, unequal } from './check-failure.ts';
import { tableValues } from './table-values.ts';

/** R2: Σ claimed by the rows of the run = Σ pay_clr of 9 = Σ rcv_clr of 9. */
export function checkR2(rowsClearingFen: number, { clearing }: RunTables): readonly CheckFailure[] {
  const nine = tableValues(clearing);
  return [
    ...unequal('R2', '9 pay_clr', rowsClearingFen, nine.sum('pay_clr')),
    ...unequal('R2', '9 rcv_clr', rowsClearingFen, nine.sum('rcv_clr')),
  ];
}

/** R3: Σ payable = Σ receivable; balances sum to 0. */
export function checkR3({ clearing }: RunTables): readonly CheckFailure[] {
  const nine = tableValues(clearing);
  return [
    ...unequal('R3', '9 pay_amt = rcv_amt', nine.sum('pay_amt'), nine.sum('rcv_amt')),
    ...unequal('R3', '9 balance_amt', 0, nine.sum('balance_amt')),
  ];
}
