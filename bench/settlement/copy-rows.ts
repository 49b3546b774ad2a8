import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** A value of a column: bytes become bytea, undefined NULL, escaped text stays as it is. */
export type CopyValue = string | number | bigint | boolean | Uint8Array | Escaped | undefined;

/** Text of a column made ready for COPY once, for rows that are written many times. */
export class Escaped {
  readonly text: string;

  constructor(value: string | null) {
    this.text = value === null ? '\\N' : escaped(value);
  }
}

/** Rows put together before they are handed to the connection. */
const ROWS_A_CHUNK = 500;

/** Loads rows by COPY: the product's own tables, constraints and indexes, none of its code. */
export async function copyRows(
  databaseUrl: string,
  table: string,
  columns: readonly string[],
  rows: Iterable<readonly CopyValue[]>,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const sink = client.query(copyFrom(`COPY ${table} (${columns.join(', ')}) FROM STDIN`));
    await pipeline(Readable.from(chunks(rows), { objectMode: true }), sink);
  } finally {
    await client.end();
  }
}

function* chunks(rows: Iterable<readonly CopyValue[]>): Generator<string> {
  let text = '';
  let count = 0;
  for (const row of rows) {
    text += `${row.map(field).join('\t')}\n`;
    count += 1;
    if (count < ROWS_A_CHUNK) continue;
    yield text;
    text = '';
    count = 0;
  }
  if (count > 0) yield text;
}

function field(value: CopyValue): string {
  if (value === undefined) return '\\N';
  if (typeof value === 'string') return escaped(value);
  if (value instanceof Escaped) return value.text;
  if (value instanceof Uint8Array) return `\\\\x${Buffer.from(value).toString('hex')}`;
  return String(value);
}

function escaped(value: string): string {
  return value.replace(/[\\\t\n\r]/g, (found) => `\\${ESCAPES[found]}`);
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\', '\t': 't', '\n': 'n', '\r': 'r' };
