import { assert } from '@yijie/money';
import type { CellValue, Table } from '../tables/table.ts';

/** Reads a table by the names of its columns. A check reads what is printed, not what it was made from. */
export function tableValues(table: Table) {
  const at = new Map(table.columns.map(({ name }, index) => [name, index]));
  const indexOf = (column: string): number => {
    const index = at.get(column);
    assert(index !== undefined, `table ${table.no} has no column ${column}`);
    return index;
  };
  return {
    /** Amount or number of a row; 0 of an absent one, since a pair without a row has nothing. */
    number: (row: readonly CellValue[] | undefined, column: string): number =>
      Number(row?.[indexOf(column)] ?? 0),
    text: (row: readonly CellValue[], column: string): string => `${row[indexOf(column)] ?? ''}`,
    sum: (column: string, where: (row: readonly CellValue[]) => boolean = () => true): number => {
      const index = indexOf(column);
      let sum = 0;
      for (const row of table.rows) if (where(row)) sum += Number(row[index] ?? 0);
      return sum;
    },
    /** Rows by the text of some columns. */
    rowsBy: (...columns: string[]): ReadonlyMap<string, readonly CellValue[]> => {
      const indexes = columns.map(indexOf);
      return new Map(table.rows.map((row) => [indexes.map((index) => row[index]).join(' '), row]));
    },
    columns: (type: 'A' | 'N'): readonly string[] =>
      table.columns.filter((column) => column.type === type && column.name !== 'seq').map(({ name }) => name),
  };
}
