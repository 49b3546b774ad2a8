import type { CellType, CellValue } from '../paper/paper.ts';
import { plainText } from '../paper/plain-text.ts';
import type { Detail } from './detail.ts';

/**
 * Rows as CSV (RFC 4180) in UTF-8, a batch at a time. With `bom` it begins with the byte order mark that Excel needs to
 * read Chinese.
 */
export async function* csv(
  { columns, batches, progress }: Pick<Detail, 'columns' | 'batches' | 'progress'>,
  options: { readonly bom?: boolean } = {},
): AsyncGenerator<Uint8Array> {
  const heading = columns.map((column) => quoted(column.heading)).join(',');
  yield Buffer.from(`${options.bom ? '\ufeff' : ''}${heading}\r\n`);
  const types = columns.map((column) => column.type);
  let rows = 0;
  for await (const batch of batches) {
    let text = '';
    for (const row of batch) text += `${csvLine(types, row)}\r\n`;
    yield Buffer.from(text);
    rows += batch.length;
    progress?.(rows);
  }
}

/** One line without its end; a value beyond the types is taken for text. */
export function csvLine(types: readonly CellType[], row: readonly CellValue[]): string {
  let line = '';
  for (const [at, value] of row.entries()) {
    const type = types[at] ?? 'T';
    if (at > 0) line += ',';
    if (value === null) continue;
    line +=
      typeof value === 'number' ? plainText(type, value) : quoted(type === 'T' ? defused(value) : value);
  }
  return line;
}

/** A text that a spreadsheet would take for a formula is marked as text: somebody else may have written it. */
function defused(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
