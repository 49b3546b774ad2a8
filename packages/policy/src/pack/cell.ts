import { HOSPITAL_KINDS, HOSPITAL_LEVELS, PERSON_CLASSES } from '@yijie/codes';
import * as z from 'zod';
import type { TextValue } from './text-values.ts';

/**
 * A value of a pack that may depend on the case: either one value, or a table by one dimension whose entries are
 * values or tables again. The first matching entry decides; `other` stands for all that is not listed.
 */
export type Cell<T> = { readonly value: T } | Table<T> | NotPublished;

export interface Table<T> {
  readonly by: Dimension;
  readonly entries: readonly TableEntry<T>[];
  readonly other?: Cell<T> | undefined;
  readonly remark: Remark;
}

export interface TableEntry<T> {
  readonly keys: readonly string[];
  /** For ages, years and months: half-open [from, until). */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  readonly cell: Cell<T>;
}

/** Dimensions whose entries are half-open ranges of whole numbers. */
export type RangeDimension = 'age' | 'years' | 'months';

export function isRange(dimension: Dimension): dimension is RangeDimension {
  return dimension === 'age' || dimension === 'years' || dimension === 'months';
}

/** The region publishes nothing here and nobody assumes anything: a case that needs it is refused. */
export interface NotPublished {
  readonly notPublished: true;
}

/** Where a value comes from when it isn't the source of its section. */
export interface Remark {
  readonly source?: string | undefined;
  readonly assumed?: string | undefined;
  readonly note?: string | undefined;
}

export const DIMENSIONS = [
  'level',
  'person',
  'class',
  'kind',
  'place',
  'group',
  'disease',
  'age',
  'years',
  'months',
  'chosen',
  'visit',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** The classes left once the pack has said what TWO_WAY_HOME and HOME_POLICY mean. */
export const CLASSES = ['LOCAL', 'REDUCED_A', 'REDUCED_B'] as const;
export type ClassName = (typeof CLASSES)[number];

/** Where the visit takes place, seen from the home pool. */
export const PLACES = ['home', 'province', 'elsewhere'] as const;
export type Place = (typeof PLACES)[number];

export const CLOSED_KEYS: Readonly<Partial<Record<Dimension, readonly string[]>>> = {
  level: HOSPITAL_LEVELS,
  person: PERSON_CLASSES,
  class: CLASSES,
  kind: HOSPITAL_KINDS,
  place: PLACES,
  visit: ['inpatient', 'outpatient', 'chronic', 'maternity'],
  /** Whether the visit is at the institution the person chose (定点, H6). */
  chosen: ['yes', 'no'],
};

const RESERVED = new Set(['by', 'other', 'source', 'assumed', 'note']);
const NOT_PUBLISHED = 'not-published';

/** The schema of a cell whose single values `leaf` reads. */
export function cellOf<T>(leaf: TextValue<T>): z.ZodType<Cell<T>> {
  return cellWith<T>((input, ctx, path) => {
    const value = typeof input === 'string' ? leaf.parse(input) : undefined;
    if (value === undefined) {
      issue(ctx, path, input, leaf.allowed);
      return undefined;
    }
    return { value };
  }).meta({ cell: leaf.allowed });
}

export type ReadLeaf<T> = (
  input: unknown,
  ctx: z.RefinementCtx,
  path: readonly (string | number)[],
) => { readonly value: T } | undefined;

/** As {@link cellOf}, for values that aren't single scalars. */
export function cellWith<T>(readLeaf: ReadLeaf<T>): z.ZodType<Cell<T>> {
  return z.unknown().transform((input, ctx) => readCell(input, ctx, [], readLeaf) ?? z.NEVER) as z.ZodType<
    Cell<T>
  >;
}

export function readCell<T>(
  input: unknown,
  ctx: z.RefinementCtx,
  path: readonly (string | number)[],
  readLeaf: ReadLeaf<T>,
): Cell<T> | undefined {
  if (input === NOT_PUBLISHED) return { notPublished: true };
  if (isRecord(input) && 'by' in input) return readTable(input, ctx, path, readLeaf);
  return readLeaf(input, ctx, path);
}

function readTable<T>(
  input: Record<string, unknown>,
  ctx: z.RefinementCtx,
  path: readonly (string | number)[],
  readLeaf: ReadLeaf<T>,
): Table<T> | undefined {
  const by = input.by;
  if (typeof by !== 'string' || !(DIMENSIONS as readonly string[]).includes(by)) {
    issue(ctx, [...path, 'by'], by, `one of ${DIMENSIONS.join(', ')}`);
    return undefined;
  }
  const dimension = by as Dimension;
  const before = ctx.issues.length;
  const entries: TableEntry<T>[] = [];
  for (const [key, value] of Object.entries(input)) {
    if (RESERVED.has(key)) continue;
    const here = [...path, key];
    const keys = readKeys(dimension, key);
    if (keys === undefined) {
      issue(ctx, here, key, `a key of the table: ${allowedKeys(dimension)}`);
      continue;
    }
    const cell = readCell(value, ctx, here, readLeaf);
    if (cell !== undefined) entries.push({ ...keys, cell });
  }
  const remark = readRemark(input, ctx, path);
  const other = 'other' in input ? readCell(input.other, ctx, [...path, 'other'], readLeaf) : undefined;
  if (entries.length === 0 && ctx.issues.length === before)
    issue(ctx, path, input, `at least one entry: ${allowedKeys(dimension)}`);
  checkCoverage(dimension, entries, 'other' in input, ctx, path);
  return ctx.issues.length > before ? undefined : { by: dimension, entries, other, remark };
}

function readKeys(
  dimension: Dimension,
  key: string,
): Pick<TableEntry<unknown>, 'keys' | 'from' | 'until'> | undefined {
  if (isRange(dimension)) {
    const match = /^(\d{1,3})(?:-(\d{1,3})|\+)$/.exec(key);
    if (!match) return undefined;
    const from = Number(match[1]);
    const until = match[2] === undefined ? Number.POSITIVE_INFINITY : Number(match[2]);
    return from < until ? { keys: [key], from, until } : undefined;
  }
  const keys = key.split('|').map((part) => part.trim());
  const allowed = CLOSED_KEYS[dimension];
  const known = allowed ? keys.every((part) => allowed.includes(part)) : keys.every((part) => part !== '');
  return known ? { keys } : undefined;
}

function allowedKeys(dimension: Dimension): string {
  if (isRange(dimension)) return 'ranges of whole years or months such as 18-60 or 60+';
  return (
    CLOSED_KEYS[dimension]?.join(', ') ?? `names of ${dimension === 'group' ? 'identity groups' : 'diseases'}`
  );
}

/** Half-open ranges join without gap or overlap; closed lists are complete or have `other`; nothing twice. */
function checkCoverage(
  dimension: Dimension,
  entries: readonly TableEntry<unknown>[],
  hasOther: boolean,
  ctx: z.RefinementCtx,
  path: readonly (string | number)[],
): void {
  if (isRange(dimension)) {
    checkRanges(entries, hasOther, ctx, path);
    return;
  }
  const seen = new Set<string>();
  for (const key of entries.flatMap((entry) => entry.keys)) {
    if (seen.has(key)) issue(ctx, path, key, 'each key once');
    seen.add(key);
  }
  if (hasOther) return;
  const allowed = CLOSED_KEYS[dimension];
  // Person classes are checked against the scheme, which isn't known here (check-pack.ts).
  if (dimension === 'person') return;
  const missing = allowed?.filter((key) => !seen.has(key)) ?? ['other'];
  if (missing.length > 0) issue(ctx, path, missing.join(', '), `entries for ${missing.join(', ')}, or other`);
}

function checkRanges(
  entries: readonly TableEntry<unknown>[],
  hasOther: boolean,
  ctx: z.RefinementCtx,
  path: readonly (string | number)[],
): void {
  let reached = 0;
  for (const entry of [...entries].sort((a, b) => (a.from ?? 0) - (b.from ?? 0))) {
    const from = entry.from ?? 0;
    if (from < reached)
      issue(ctx, path, entry.keys[0], `ranges that don't overlap: ${from} is below ${reached}`);
    if (from > reached && !hasOther)
      issue(ctx, path, entry.keys[0], `ranges without a gap: nothing covers ${reached}-${from}`);
    reached = Math.max(reached, entry.until ?? 0);
  }
  if (reached !== Number.POSITIVE_INFINITY && !hasOther && entries.length > 0)
    issue(ctx, path, entries.at(-1)?.keys[0], `an open last range such as ${reached}+, or other`);
}

function readRemark(
  input: Record<string, unknown>,
  ctx: z.RefinementCtx,
  path: readonly (string | number)[],
): Remark {
  const read = (name: 'source' | 'assumed' | 'note') => {
    const value = input[name];
    if (value === undefined) return undefined;
    if (typeof value === 'string' && value !== '') return value;
    issue(ctx, [...path, name], value, 'text');
    return undefined;
  };
  return { source: read('source'), assumed: read('assumed'), note: read('note') };
}

export function issue(
  ctx: z.RefinementCtx,
  path: readonly (string | number)[],
  input: unknown,
  allowed: string,
): void {
  ctx.issues.push({ code: 'custom', path: [...path], input, message: `must be ${allowed}` });
}

export function isRecord(input: unknown): input is Record<string, unknown> {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}
