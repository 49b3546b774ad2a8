import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';

/** A file of data/ that isn't as it should be: a defect of the distribution, not of a request. */
export class DataError extends Error {
  override readonly name = 'DataError';
}

/** The rows of a CSV file by column name. Throws unless the header names exactly these columns, in any order. */
export function readTable<Column extends string>(
  file: string,
  columns: readonly Column[],
): Record<Column, string>[] {
  const [header = [], ...rows] = parse(readFileSync(file), { bom: true, skip_empty_lines: true });
  const missing = columns.filter((column) => !header.includes(column));
  const unknown = header.filter((name) => !columns.some((column) => column === name));
  if (missing.length + unknown.length > 0) {
    throw new DataError(`${file}: columns missing [${missing}], unknown [${unknown}]`);
  }
  return rows.map(
    (row) => Object.fromEntries(header.map((name, i) => [name, row[i]])) as Record<Column, string>,
  );
}

/** Turns each row into a value; an error names the file and the line. */
export function mapRows<Row, Value>(file: string, rows: readonly Row[], map: (row: Row) => Value): Value[] {
  return rows.map((row, position) => {
    try {
      return map(row);
    } catch (cause) {
      throw new DataError(`${file}, row ${position + 1}: ${(cause as Error).message}`, { cause });
    }
  });
}
