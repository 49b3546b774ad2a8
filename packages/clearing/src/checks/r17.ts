import { platformOf } from '../party.ts';
import type { RunTables } from '../tables/run-tables.ts';
import { type CheckFailure, unequal } from './check-failure.ts';
import { numericColumns, rowsByCounterparty } from './table-values.ts';

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
    const shape = table ?? pools[0];
    if (shape === undefined) return [];
    const rows = pools.map((pool) => rowsByCounterparty(pool, null).get(platform));
    return numericColumns(shape).flatMap((at) => {
      const add = (sum: number, row: (typeof rows)[number]) => sum + Number(row?.[at] ?? 0);
      const total = (table?.rows ?? []).reduce(add, 0);
      return unequal('R17', `${shape.no} ${province} ${shape.columns[at]?.name}`, total, rows.reduce(add, 0));
    });
  });
}
