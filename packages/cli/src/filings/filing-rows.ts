import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { ImportRow } from '@yijie/contracts/home';

/** A row of the file with its number, counted from 1 after the heading. */
export interface NumberedRow {
  readonly line: number;
  readonly row: ImportRow;
}

const TEXTS = {
  certificate_number: 'certificateNumber',
  person_token: 'personToken',
  type: 'type',
  target_region: 'targetRegion',
  valid_from: 'validFrom',
  last_day: 'lastDay',
  channel: 'channel',
  applied_on: 'appliedOn',
} as const;
const FLAGS = { by_commitment: 'byCommitment', proof_pending: 'proofPending' } as const;
const COLUMNS = [...Object.keys(TEXTS), ...Object.keys(FLAGS)];
const NEEDED = ['type', 'target_region', 'valid_from', 'channel'];

const EMPTY: ImportRow = {
  certificateNumber: '',
  personToken: '',
  type: '',
  targetRegion: '',
  validFrom: '',
  lastDay: '',
  channel: '',
  byCommitment: false,
  proofPending: false,
  appliedOn: '',
};

/** SHA-256 of the file as it lies there: what the home region knows its load by. */
export async function fileHash(file: string): Promise<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest();
}

/**
 * Reads rows from CSV with a heading, or from JSON lines where the file's name ends in .jsonl; one at a time, so that a
 * file of any size takes the same memory. A line that has no form at all becomes an empty row: the home region refuses
 * it under its number.
 */
export async function* filingRows(file: string): AsyncGenerator<NumberedRow> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  const isJson = file.endsWith('.jsonl');
  let heading: readonly string[] | undefined;
  let line = 0;
  for await (const text of lines) {
    if (!isJson && heading === undefined) {
      heading = readHeading(text);
      continue;
    }
    line += 1;
    yield { line, row: isJson ? jsonRow(text) : csvRow(heading ?? [], text) };
  }
}

function readHeading(text: string): readonly string[] {
  const heading = csvCells(text.replace(/^\uFEFF/, '')) ?? [];
  const unknown = heading.find((column) => !COLUMNS.includes(column));
  if (unknown !== undefined)
    throw new Error(`The heading names "${unknown}"; it knows ${COLUMNS.join(', ')}.`);
  const missing = NEEDED.find((column) => !heading.includes(column));
  if (missing !== undefined) throw new Error(`The heading lacks "${missing}".`);
  if (!heading.includes('certificate_number') && !heading.includes('person_token'))
    throw new Error('The heading lacks "certificate_number" or "person_token".');
  return heading;
}

function csvRow(heading: readonly string[], text: string): ImportRow {
  const cells = csvCells(text);
  if (cells === undefined || cells.length !== heading.length) return EMPTY;
  const row = { ...EMPTY };
  for (const [index, column] of heading.entries()) setCell(row, column, cells[index] ?? '');
  return row;
}

function jsonRow(text: string): ImportRow {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return EMPTY;
  }
  const row = { ...EMPTY };
  if (typeof read !== 'object' || read === null) return row;
  for (const [column, value] of Object.entries(read)) {
    if (COLUMNS.includes(column)) setCell(row, column, `${value}`);
  }
  return row;
}

function setCell(row: ImportRow, column: string, value: string): void {
  if (column in FLAGS) row[FLAGS[column as keyof typeof FLAGS]] = value === 'true' || value === '1';
  else row[TEXTS[column as keyof typeof TEXTS]] = value;
}

/** Cells of a line of CSV (RFC 4180, without line breaks inside); undefined where a quote isn't closed. */
export function csvCells(text: string): string[] | undefined {
  if (!text.includes('"')) return text.split(',');
  const cells: string[] = [];
  for (let at = 0; ; ) {
    if (text[at] !== '"') {
      const comma = text.indexOf(',', at);
      cells.push(comma < 0 ? text.slice(at) : text.slice(at, comma));
      if (comma < 0) return cells;
      at = comma + 1;
      continue;
    }
    let cell = '';
    for (at += 1; ; ) {
      const quote = text.indexOf('"', at);
      if (quote < 0) return undefined;
      cell += text.slice(at, quote);
      at = quote + 1;
      if (text[at] !== '"') break;
      cell += '"';
      at += 1;
    }
    cells.push(cell);
    if (at >= text.length) return cells;
    if (text[at] !== ',') return undefined;
    at += 1;
  }
}
