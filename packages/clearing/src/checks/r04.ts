import type { RunTables } from '../tables/run-tables.ts';
import { type CheckFailure, unequal } from './check-failure.ts';
import { tableValues } from './table-values.ts';

/** Columns of table 9 and what they are in tables 10 and 11. */
const NINE_TO_SIDE = [
  ['times', 'psn_times'],
  ['medfee', 'medfee_amt'],
  ['emp', 'emp_amt'],
  ['res', 'res_amt'],
  ['clr', 'clr_amt'],
  ['deduct', 'deduct_amt'],
  ['amt', 'net_amt'],
] as const;

/** R4: each region's row of 9 = the totals of its 11 (pays) and its 10 (receives). */
export function checkR4({ clearing, parties }: RunTables): readonly CheckFailure[] {
  const nine = tableValues(clearing);
  const rows = nine.rowsBy('region_code');
  return parties.flatMap(({ party, payments, receipts }) =>
    [['pay', '11', tableValues(payments)] as const, ['rcv', '10', tableValues(receipts)] as const].flatMap(
      ([side, no, values]) =>
        NINE_TO_SIDE.flatMap(([inNine, inSide]) =>
          unequal(
            'R4',
            `9 ${party} ${side}_${inNine} = ${no} ${inSide}`,
            values.sum(inSide),
            nine.number(rows.get(party), `${side}_${inNine}`),
          ),
        ),
    ),
  );
}
