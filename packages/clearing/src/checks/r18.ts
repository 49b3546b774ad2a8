import type { RunTables } from '../tables/run-tables.ts';
import { type CheckFailure, unequal } from './check-failure.ts';
import { columnAt, tableValues } from './table-values.ts';

const KINDS = ['ip_times', 'op_times', 'ch_times', 'ma_times'] as const;

/** R18: person-times = settlements − refunds; IP + OP + CH + MA = the total of every row of 10 and 11. */
export function checkR18(
  counted: { readonly settlements: number; readonly refunds: number },
  { clearing, parties }: RunTables,
): readonly CheckFailure[] {
  const nine = tableValues(clearing);
  const times = counted.settlements - counted.refunds;
  const failures = [
    ...unequal('R18', '9 pay_times', times, nine.sum('pay_times')),
    ...unequal('R18', '9 rcv_times', times, nine.sum('rcv_times')),
  ];
  for (const { party, payments, receipts } of parties) {
    for (const table of [payments, receipts]) {
      const kinds = KINDS.map((kind) => columnAt(table, kind));
      const [total, counter] = [columnAt(table, 'psn_times'), columnAt(table, 'counter_code')];
      for (const row of table.rows) {
        let expected = 0;
        for (const at of kinds) expected += Number(row[at] ?? 0);
        const found = Number(row[total] ?? 0);
        if (expected === found) continue;
        failures.push({
          check: 'R18',
          row: `${table.no} ${party} ${row[counter]} psn_times`,
          expected,
          found,
        });
      }
    }
  }
  return failures;
}
