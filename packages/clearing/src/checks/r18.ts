import type { RunTables } from '../tables/run-tables.ts';
import { type CheckFailure, unequal } from './check-failure.ts';
import { tableValues } from './table-values.ts';

/** R18: person-times = settlements − refunds; IP + OP + CH + MA = the total of every row of 10 and 11. */
export function checkR18(
  counted: { readonly settlements: number; readonly refunds: number },
  { clearing, parties }: RunTables,
): readonly CheckFailure[] {
  const nine = tableValues(clearing);
  const expected = counted.settlements - counted.refunds;
  return [
    ...unequal('R18', '9 pay_times', expected, nine.sum('pay_times')),
    ...unequal('R18', '9 rcv_times', expected, nine.sum('rcv_times')),
    ...parties.flatMap(({ party, payments, receipts }) =>
      [payments, receipts].flatMap((table) => {
        const values = tableValues(table);
        return table.rows.flatMap((row) =>
          unequal(
            'R18',
            `${table.no} ${party} ${values.text(row, 'counter_code')} psn_times`,
            ['ip_times', 'op_times', 'ch_times', 'ma_times'].reduce(
              (sum, column) => sum + values.number(row, column),
              0,
            ),
            values.number(row, 'psn_times'),
          ),
        );
      }),
    ),
  ];
}
