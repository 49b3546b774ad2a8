import { expect } from '@jest/globals';
import type { CellValue, Table } from '../src/index.ts';

/** Reads a table as a clerk does: pick rows by a key column, name the columns, amounts in yuan. */
export function figures(
  table: Table,
  key: string,
  columns: readonly string[],
): Record<string, Record<string, CellValue>> {
  const indexOf = (name: string) => {
    const at = table.columns.findIndex((column) => column.name === name);
    expect([name, at]).not.toEqual([name, -1]);
    return at;
  };
  const read = (values: readonly CellValue[]) =>
    Object.fromEntries(
      columns.map((name) => {
        const at = indexOf(name);
        const value = values[at] ?? null;
        return [name, table.columns[at]?.type === 'A' && value !== null ? Number(value) / 100 : value];
      }),
    );
  return {
    ...Object.fromEntries(table.rows.map((row) => [String(row[indexOf(key)]), read(row)])),
    ...Object.fromEntries(table.totals.map(({ label, values }) => [label, read(values)])),
  };
}

/** A table with one value changed, for tests that break a check. */
export function withValue(
  table: Table,
  rowAt: number,
  column: string,
  change: (value: number) => number,
): Table {
  const at = table.columns.findIndex(({ name }) => name === column);
  expect([column, at, rowAt < table.rows.length]).not.toEqual([column, -1, true]);
  expect(rowAt).toBeLessThan(table.rows.length);
  const rows = table.rows.map((row, index) =>
    index === rowAt ? row.map((value, cell) => (cell === at ? change(Number(value)) : value)) : row,
  );
  return { ...table, rows };
}
