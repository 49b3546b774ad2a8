import {
  type CellValue,
  type ColumnType,
  type Level,
  TABLE_NUMBERS,
  type Table,
  type TableHeader,
  type TableNumber,
} from '@yijie/clearing';
import type * as wire from '@yijie/contracts/clearing';

const COLUMN_TYPES: readonly ColumnType[] = ['A', 'N', 'T', 'C', 'D', 'P'];

/** A table as the service sends it, as the papers know it. */
export function tableFromWire(table: wire.Table): Table {
  return {
    no: tableNumber(table.no),
    titleZh: table.titleZh,
    owner: table.owner,
    columns: table.columns.map(({ name, zh, type }) => ({ name, zh, type: columnType(type) })),
    rows: table.rows.map(({ values }) => values.map(cellFromWire)),
    totals: table.totals.map(({ label, values }) => ({ label, values: values.map(cellFromWire) })),
  };
}

export function headerFromWire(header: wire.TableHeader): TableHeader {
  const { category, level, tableNo, ...rest } = header;
  if (level !== 'NATIONAL' && level !== 'PROVINCIAL') throw new Error(`not a level: ${level}`);
  return {
    ...rest,
    level: level satisfies Level,
    tableNo: tableNumber(tableNo),
    category: category === '' ? undefined : category,
  };
}

function cellFromWire({ kind }: wire.Value): CellValue {
  if (kind === undefined) return null;
  return kind.$case === 'number' ? kind.number : kind.text;
}

export function tableNumber(text: string): TableNumber {
  const known = TABLE_NUMBERS.find((each) => each === text);
  if (known === undefined) throw new Error(`There is no table ${text}; say ${TABLE_NUMBERS.join(', ')}.`);
  return known;
}

function columnType(text: string): ColumnType {
  const known = COLUMN_TYPES.find((each) => each === text);
  if (known === undefined) throw new Error(`not a column type: ${text}`);
  return known;
}
