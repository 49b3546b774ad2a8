import { type LocalDate, localDateToNumber } from '@yijie/calendar';
import { FEE_CATEGORY_CODES, type FeeCategoryCode } from '@yijie/codes';
import { assert } from '@yijie/money';
import { contentVersion } from './content-version.ts';
import {
  type CatalogueRow,
  ITEM_GROUPS,
  type ItemClass,
  type ItemGroup,
  type MappingRow,
} from './contract.ts';
import { findRowProblems } from './row-problems.ts';

/** How one item is split on the days of a segment. One object per catalogue entry, shared by its items. */
export interface Terms {
  readonly nationalCode: string | undefined;
  readonly itemClass: ItemClass;
  readonly prepayRatioBp: number;
  /** Infinity where nothing limits the price. */
  readonly priceLimitE4: number;
  readonly category: FeeCategoryCode;
  readonly group: ItemGroup;
  readonly selfPaidReason: string | undefined;
  /** Position of category and group among the sums of a bill. */
  readonly bucket: number;
}

/** The days `[from, until)` (YYYYMMDD) on which an item has these terms; none where the catalogue has no entry. */
interface Segment {
  readonly from: number;
  readonly until: number;
  readonly terms: Terms | undefined;
  readonly nationalCode: string | undefined;
  readonly next: Segment | undefined;
}

/** One hospital's items against one region's catalogue. Immutable: a change makes a new one. */
export interface CatalogueIndex {
  /** Digest of the rows, whatever their order: equal rows, equal version, on every replica. */
  readonly version: string;
  readonly itemCount: number;
  /** @internal */
  readonly segments: ReadonlyMap<string, Segment>;
}

const NO_END = 99_999_999;

/** Throws when the rows contradict each other; see {@link findRowProblems} for rows that come from outside. */
export function buildIndex(
  mappingRows: readonly MappingRow[],
  catalogueRows: readonly CatalogueRow[],
): CatalogueIndex {
  const [problem] = findRowProblems(mappingRows, catalogueRows);
  assert(problem === undefined, `catalogue rows contradict each other: ${JSON.stringify(problem)}`);

  const entries = new Map<string, Entry[]>();
  for (const row of catalogueRows) append(entries, row.nationalCode, entryOf(row));
  const segments = new Map<string, Segment>();
  for (const row of mappingRows) {
    for (const segment of segmentsOf(row, entries)) {
      segments.set(row.itemCode, { ...segment, next: segments.get(row.itemCode) });
    }
  }
  return Object.freeze({
    version: contentVersion(mappingRows, catalogueRows),
    itemCount: segments.size,
    segments,
  });
}

/** What holds for an item on a day; `unmapped` and `not-listed` where nothing does. */
export function findTerms(
  index: CatalogueIndex,
  itemCode: string,
  day: number,
): Terms | 'unmapped' | 'not-listed' {
  const segment = findSegment(index, itemCode, day);
  return segment === undefined ? 'unmapped' : (segment.terms ?? 'not-listed');
}

/** The national code an item is mapped to on a day, whether or not the catalogue has an entry for it. */
export function mappedCode(index: CatalogueIndex, itemCode: string, day: number): string | undefined {
  return findSegment(index, itemCode, day)?.nationalCode;
}

function findSegment(index: CatalogueIndex, itemCode: string, day: number): Segment | undefined {
  let segment = index.segments.get(itemCode);
  while (segment !== undefined && !(segment.from <= day && day < segment.until)) segment = segment.next;
  return segment;
}

interface Entry {
  readonly from: number;
  readonly until: number;
  readonly terms: Terms;
}

/** The mapping's days cut where catalogue entries begin and end; days without an entry get no terms. */
function segmentsOf(
  row: MappingRow,
  entries: ReadonlyMap<string, readonly Entry[]>,
): Omit<Segment, 'next'>[] {
  const from = localDateToNumber(row.validFrom);
  const until = endOf(row.validUntil);
  if (row.nationalCode === undefined)
    return [{ from, until, terms: selfPaidTerms(row), nationalCode: undefined }];

  const { nationalCode } = row;
  const segments: Omit<Segment, 'next'>[] = [];
  let day = from;
  for (const entry of (entries.get(row.nationalCode) ?? []).toSorted((a, b) => a.from - b.from)) {
    const start = Math.max(entry.from, from);
    const end = Math.min(entry.until, until);
    if (start >= end) continue;
    if (day < start) segments.push({ from: day, until: start, terms: undefined, nationalCode });
    segments.push({ from: start, until: end, terms: entry.terms, nationalCode });
    day = end;
  }
  if (day < until) segments.push({ from: day, until, terms: undefined, nationalCode });
  return segments;
}

function entryOf(row: CatalogueRow): Entry {
  return {
    from: localDateToNumber(row.validFrom),
    until: endOf(row.validUntil),
    terms: Object.freeze({
      nationalCode: row.nationalCode,
      itemClass: row.itemClass,
      prepayRatioBp: row.prepayRatio,
      priceLimitE4: row.priceLimitE4 ?? Number.POSITIVE_INFINITY,
      category: row.category,
      group: row.group,
      selfPaidReason: undefined,
      bucket: bucketOf(row.category, row.group),
    }),
  };
}

function selfPaidTerms(row: MappingRow): Terms {
  const category = row.selfPaidCategory;
  assert(category !== undefined, `self-paid item without a category: ${row.itemCode}`);
  return Object.freeze({
    nationalCode: undefined,
    itemClass: 'C',
    prepayRatioBp: 0,
    priceLimitE4: Number.POSITIVE_INFINITY,
    category,
    group: '',
    selfPaidReason: row.selfPaidReason,
    bucket: bucketOf(category, ''),
  });
}

function bucketOf(category: FeeCategoryCode, group: ItemGroup): number {
  return ITEM_GROUPS.indexOf(group) * FEE_CATEGORY_CODES.length + FEE_CATEGORY_CODES.indexOf(category);
}

function endOf(validUntil: LocalDate | undefined): number {
  return validUntil === undefined ? NO_END : localDateToNumber(validUntil);
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
