import type { Level } from '../party.ts';
import {
  type CellValue,
  type Column,
  type ColumnType,
  type Headings,
  headingKey,
  type TableNumber,
  type TotalRow,
} from './table.ts';

export type ColumnDefinition = readonly [name: string, zh: string, type: ColumnType];

/** The columns of a table, with configured headings in place of the default ones. */
export function columnsOf(
  level: Level,
  no: TableNumber,
  definitions: readonly ColumnDefinition[],
  headings: Headings = new Map(),
): readonly Column[] {
  const columns = defaultColumns(definitions);
  if (headings.size === 0) return columns;
  return columns.map(({ name, zh, type }) => ({
    name,
    zh: headings.get(headingKey(level, no, name)) ?? zh,
    type,
  }));
}

/** Hundreds of parties have the same five tables: their columns are made once. */
const made = new WeakMap<readonly ColumnDefinition[], readonly Column[]>();

function defaultColumns(definitions: readonly ColumnDefinition[]): readonly Column[] {
  const known = made.get(definitions);
  if (known !== undefined) return known;
  const columns = definitions.map(([name, zh, type]) => ({ name, zh, type }));
  made.set(definitions, columns);
  return columns;
}

/** Sums of the A and N columns; running numbers, codes and texts have none (clearing-and-filing §5). */
export function totalRow(
  label: string,
  columns: readonly Column[],
  rows: readonly (readonly CellValue[])[],
): TotalRow {
  const values = columns.map(({ name, type }, at): CellValue => {
    if ((type !== 'A' && type !== 'N') || name === 'seq') return null;
    let sum = 0;
    for (const row of rows) sum += Number(row[at] ?? 0);
    return sum;
  });
  return { label, values };
}
