import { assert } from '@yijie/money';
import type { CellValue, Column, Table } from '../tables/table.ts';

type Row = readonly CellValue[];
type Columns = readonly Column[];

/** Reads a table by the names of its columns. A check reads what is printed, not what it was made from. */
export function tableValues(table: Table) {
  const indexOf = (column: string): number => columnAt(table, column);
  return {
    /** Amount or number of a row; 0 of an absent one, since a pair without a row has nothing. */
    number: (row: Row | undefined, column: string): number => Number(row?.[indexOf(column)] ?? 0),
    text: (row: Row, column: string): string => `${row[indexOf(column)] ?? ''}`,
    sum: (column: string, where: (row: Row) => boolean = () => true): number => {
      const index = indexOf(column);
      let sum = 0;
      for (const row of table.rows) if (where(row)) sum += Number(row[index] ?? 0);
      return sum;
    },
    /** Rows by the text of some columns. */
    rowsBy: (...columns: string[]): ReadonlyMap<string, Row> => {
      const indexes = columns.map(indexOf);
      return new Map(table.rows.map((row) => [indexes.map((index) => row[index]).join(' '), row]));
    },
  };
}

/**
 * Hundreds of parties have tables of the same columns, and several checks read the same table: places of columns and rows are looked
 * up once. Tables are values that nobody changes.
 */
const places = new WeakMap<Columns, ReadonlyMap<string, number>>();
const rowMaps = new WeakMap<Table, Map<string, ReadonlyMap<string, Row>>>();

/** Where a column stands; a table without it is a broken invariant. */
export function columnAt({ no, columns }: Table, name: string): number {
  let known = places.get(columns);
  if (known === undefined) {
    known = new Map(columns.map((column, at) => [column.name, at]));
    places.set(columns, known);
  }
  const at = known.get(name);
  assert(at !== undefined, `table ${no} has no column ${name}`);
  return at;
}

/** Columns that hold amounts and numbers, but for the running number. */
export function numericColumns({ columns }: Table): readonly number[] {
  return columns.flatMap(({ name, type }, at) =>
    (type === 'A' || type === 'N') && name !== 'seq' ? [at] : [],
  );
}

/** Rows by counterparty, of one direction in tables that have two. */
export function rowsByCounterparty(table: Table, direction: 'PAY' | 'RCV' | null): ReadonlyMap<string, Row> {
  let maps = rowMaps.get(table);
  if (maps === undefined) {
    maps = new Map();
    rowMaps.set(table, maps);
  }
  let rows = maps.get(direction ?? '');
  if (rows === undefined) {
    const counter = columnAt(table, 'counter_code');
    const side = direction === null ? -1 : columnAt(table, 'direction');
    const picked = side < 0 ? table.rows : table.rows.filter((row) => row[side] === direction);
    rows = new Map(picked.map((row) => [`${row[counter]}`, row]));
    maps.set(direction ?? '', rows);
  }
  return rows;
}
