import { platformOf } from '../party.ts';
import type { RunTables } from '../tables/run-tables.ts';
import { type CheckFailure, unequal } from './check-failure.ts';
import { tableValues } from './table-values.ts';

/**
 * R17: Σ over the pools of a province of their platform rows (the cross-province rows alone) = the total of the province's own
 * table in the national run of the same period, column by column; 11 and 10 alike.
 */
export function checkR17(national: RunTables, provincial: RunTables): readonly CheckFailure[] {
  const province = provincial.owner;
  const platform = platformOf(province);
  const above = national.parties.find(({ party }) => party === province);
  return (['payments', 'receipts'] as const).flatMap((side) => {
    const table = above?.[side];
    const pools = provincial.parties.filter(({ party }) => party !== platform).map((one) => one[side]);
    const columnsFrom = table ?? pools[0];
    if (columnsFrom === undefined) return [];
    const { columns } = tableValues(columnsFrom);
    return [...columns('A'), ...columns('N')].flatMap((column) => {
      let sum = 0;
      for (const pool of pools) {
        const values = tableValues(pool);
        sum += values.sum(column, (row) => values.text(row, 'counter_code') === platform);
      }
      const total = table === undefined ? 0 : tableValues(table).sum(column);
      return unequal('R17', `${columnsFrom.no} ${province} ${column}`, total, sum);
    });
  });
}
