import type { LocalDate } from '@yijie/calendar';
import { type Info, parse } from 'csv-parse/sync';
import { MANIFEST_FILE, type ReferenceFile, readManifest, sha256Of } from './manifest.ts';
import { fileProblem, type ReferenceProblem } from './problem.ts';
import { type ReferenceTable, type TableForm, tableForms } from './tables.ts';

export interface ReferenceRow {
  readonly key: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** A version read whole and found in order. */
export interface ReferenceVersion {
  readonly version: string;
  readonly validFrom: LocalDate;
  readonly source: string;
  /** Of the manifest, which names those of its files. */
  readonly sha256: string;
  readonly tables: ReadonlyMap<ReferenceTable, readonly ReferenceRow[]>;
}

export type ReadVersion =
  | { readonly ok: true; readonly version: ReferenceVersion }
  | { readonly ok: false; readonly problems: readonly ReferenceProblem[] };

/** Keys in force beside the files: a version may refer to what an earlier one brought. */
export type KnownKeys = (table: ReferenceTable) => ReadonlySet<string>;

/** Separates the parts of a key: it stands in no code. */
const KEY_SEPARATOR = '|';

/**
 * Reads a version's files; everything that is wrong with any of them is told at once. Without `known` a row that refers to
 * an earlier version's isn't judged for it: only the service that loaded that one can.
 */
export function readReferenceVersion(files: readonly ReferenceFile[], known?: KnownKeys): ReadVersion {
  const read = readManifest(files);
  if (!read.ok) return read;
  const { manifest } = read;
  const problems: ReferenceProblem[] = unnamed(files, new Set(manifest.files.map(({ file }) => file)));
  const tables = new Map<ReferenceTable, readonly ReferenceRow[]>();
  const lines = new Map<ReferenceTable, readonly LinedRow[]>();
  for (const { table, file, sha256 } of manifest.files) {
    const content = files.find(({ name }) => name === file)?.content;
    if (content === undefined) problems.push(fileProblem(file, 'is missing'));
    else if (sha256Of(content) !== sha256)
      problems.push(fileProblem(file, 'is not the file that the manifest names: its SHA-256 differs'));
    else {
      const rows = readTable(file, content, tableForms[table], problems);
      lines.set(table, rows);
      tables.set(table, rows);
    }
  }
  for (const { table, file } of manifest.files) checkReferences(file, table, lines, known, problems);
  if (problems.length > 0) return { ok: false, problems };
  const { version, validFrom, source } = manifest;
  return { ok: true, version: { version, validFrom, source, sha256: read.sha256, tables } };
}

interface LinedRow extends ReferenceRow {
  readonly line: number;
}

function unnamed(files: readonly ReferenceFile[], named: ReadonlySet<string>): ReferenceProblem[] {
  return files
    .filter(({ name }) => name !== MANIFEST_FILE && !named.has(name))
    .map(({ name }) => fileProblem(name, 'is not named by the manifest'));
}

function readTable(
  file: string,
  content: Uint8Array,
  form: TableForm,
  problems: ReferenceProblem[],
): readonly LinedRow[] {
  let records: { record: string[]; info: Info }[];
  try {
    records = parse(Buffer.from(content), {
      bom: true,
      info: true,
      skip_empty_lines: true,
      relax_column_count: true,
    }) as unknown as { record: string[]; info: Info }[];
  } catch (cause) {
    const line = (cause as { lines?: number }).lines ?? 0;
    problems.push({ file, line, column: '', value: '', reason: (cause as Error).message });
    return [];
  }
  const [header, ...rest] = records;
  const columns = Object.keys(form.columns);
  const named = header?.record ?? [];
  const missing = columns.filter((column) => !named.includes(column));
  const unknown = named.filter((name) => !columns.includes(name));
  if (missing.length + unknown.length > 0) {
    const reason = `its columns are ${columns.join(', ')}: missing [${missing.join(', ')}], unknown [${unknown.join(', ')}]`;
    problems.push({ file, line: 1, column: '', value: '', reason });
    return [];
  }
  const seen = new Map<string, number>();
  return rest.flatMap(({ record, info }) => {
    const line = info.lines;
    if (record.length !== named.length) {
      const reason = `has ${record.length} fields, the header ${named.length}`;
      problems.push({ file, line, column: '', value: '', reason });
      return [];
    }
    const fields = Object.fromEntries(named.map((name, at) => [name, record[at] ?? '']));
    const flaws = flawsOf(fields, form).map((flaw) => ({ file, line, ...flaw }));
    const key = form.key.map((column) => fields[column]).join(KEY_SEPARATOR);
    const before = seen.get(key);
    if (before !== undefined) {
      const reason = `says again what line ${before} says`;
      flaws.push({ file, line, column: form.key.join(', '), value: key, reason });
    }
    seen.set(key, line);
    problems.push(...flaws);
    return flaws.length > 0 ? [] : [{ key, fields, line }];
  });
}

function flawsOf(
  fields: Readonly<Record<string, string>>,
  form: TableForm,
): { column: string; value: string; reason: string }[] {
  const flaws = Object.entries(form.columns).flatMap(([column, check]) => {
    const value = fields[column] ?? '';
    const reason = check(value);
    return reason === undefined ? [] : [{ column, value, reason }];
  });
  if (flaws.length > 0) return flaws;
  const flaw = form.row?.(fields);
  return flaw === undefined ? [] : [{ ...flaw, value: fields[flaw.column] ?? '' }];
}

/** An opening of an institution that nobody knows would open nothing, and nobody would notice. */
function checkReferences(
  file: string,
  table: ReferenceTable,
  lines: ReadonlyMap<ReferenceTable, readonly LinedRow[]>,
  known: KnownKeys | undefined,
  problems: ReferenceProblem[],
): void {
  const { refersTo } = tableForms[table];
  if (refersTo === undefined) return;
  const { column } = refersTo;
  const own = lines.get(refersTo.table);
  const keys = own === undefined ? known?.(refersTo.table) : new Set(own.map(({ key }) => key));
  if (keys === undefined) return;
  for (const { line, fields } of lines.get(table) ?? []) {
    const value = fields[column] ?? '';
    if (!keys.has(value))
      problems.push({ file, line, column, value, reason: `is not among the ${refersTo.table}` });
  }
}
