import { type LocalDate, localDateToNumber } from '@yijie/calendar';
import { assert } from '@yijie/money';
import { contentVersion, mappingText } from './content-version.ts';
import type { CatalogueRow, MappingRow } from './contract.ts';
import { buildItemTable, findSegment, type ItemTable } from './item-table.ts';
import { findRowProblems } from './row-problems.ts';
import { SEGMENT, type Segment, SegmentTableBuilder } from './segment-table.ts';
import type { Terms } from './terms.ts';

/** One hospital's items against one region's catalogue. Immutable: a change makes a new one. */
export interface CatalogueIndex {
  /** Digest of the rows, whatever their order: equal rows, equal version, on every replica. */
  readonly version: string;
  readonly itemCount: number;
  /** @internal */
  readonly items: ItemTable;
}

/** What holds for an item on a day, or why nothing does. */
export type Finding =
  | { readonly terms: Terms }
  | { readonly terms?: undefined; readonly unlistedCode: string | undefined };

/** Throws when the rows contradict each other; see {@link findRowProblems} for rows that come from outside. */
export function buildIndex(
  mappingRows: readonly MappingRow[],
  catalogueRows: readonly CatalogueRow[],
): CatalogueIndex {
  const [problem] = findRowProblems(mappingRows, catalogueRows);
  assert(problem === undefined, `catalogue rows contradict each other: ${JSON.stringify(problem)}`);

  const segments = new SegmentTableBuilder();
  const items = firstSegments(mappingRows, entriesByCode(catalogueRows), segments);
  return Object.freeze({
    version: contentVersion(mappingRows, catalogueRows),
    itemCount: items.size,
    items: buildItemTable(items, segments.build()),
  });
}

/** Where the segments of each item begin. Most items have one mapping, and many have equal ones: those share segments. */
function firstSegments(
  mappingRows: readonly MappingRow[],
  entries: ReadonlyMap<string, readonly Entry[]>,
  segments: SegmentTableBuilder,
): Map<string, number> {
  const rowsByItem = new Map<string, MappingRow | MappingRow[]>();
  for (const row of mappingRows) {
    const before = rowsByItem.get(row.itemCode);
    rowsByItem.set(row.itemCode, before === undefined ? row : [before, row].flat());
  }
  const shared = new Map<string, number>();
  const items = new Map<string, number>();
  for (const [itemCode, rows] of rowsByItem) {
    if (Array.isArray(rows)) {
      items.set(itemCode, segments.add(rows.flatMap((row) => segmentsOf(row, entries))));
      continue;
    }
    const text = mappingText(rows);
    const position = shared.get(text) ?? segments.add(segmentsOf(rows, entries));
    shared.set(text, position);
    items.set(itemCode, position);
  }
  return items;
}

/** What holds for an item on a day (YYYYMMDD); `unlistedCode` is set when it is mapped and the catalogue lacks the code. */
export function findTerms(index: CatalogueIndex, itemCode: string, day: number): Finding {
  const { segments } = index.items.segments;
  const { terms, unlistedCode } = segments[findSegment(index.items, itemCode, day) / SEGMENT] ?? {};
  return terms !== undefined ? { terms } : { unlistedCode };
}

interface Entry {
  readonly from: number;
  readonly until: number;
  readonly terms: Terms;
}

/** The entries of each national code, earliest first. */
function entriesByCode(catalogueRows: readonly CatalogueRow[]): Map<string, Entry[]> {
  const entries = new Map<string, Entry[]>();
  for (const row of catalogueRows.toSorted((a, b) => (a.validFrom < b.validFrom ? -1 : 1))) {
    append(entries, row.nationalCode, { ...daysOf(row), terms: termsOf(row) });
  }
  return entries;
}

/** A mapping cut where catalogue entries begin and end; the days between them are unlisted. */
function segmentsOf(row: MappingRow, entries: ReadonlyMap<string, readonly Entry[]>): Segment[] {
  const { from, until } = daysOf(row);
  const { nationalCode } = row;
  if (nationalCode === undefined)
    return [{ from, until, terms: selfPaidTerms(row), unlistedCode: undefined }];

  const unlisted = { terms: undefined, unlistedCode: nationalCode };
  const segments: Segment[] = [];
  let day = from;
  for (const entry of entries.get(nationalCode) ?? []) {
    const start = Math.max(entry.from, from);
    const end = Math.min(entry.until, until);
    if (start >= end) continue;
    if (day < start) segments.push({ from: day, until: start, ...unlisted });
    segments.push({ from: start, until: end, terms: entry.terms, unlistedCode: undefined });
    day = end;
  }
  if (day < until) segments.push({ from: day, until, ...unlisted });
  return segments;
}

function termsOf(row: CatalogueRow): Terms {
  return Object.freeze({
    nationalCode: row.nationalCode,
    itemClass: row.itemClass,
    prepayRatioBp: row.prepayRatio,
    priceLimitE4: row.priceLimitE4,
    category: row.category,
    group: row.group,
    selfPaidReason: undefined,
  });
}

function selfPaidTerms(row: MappingRow): Terms {
  const category = row.selfPaidCategory;
  assert(category !== undefined, `self-paid item without a category: ${row.itemCode}`);
  return Object.freeze({
    nationalCode: undefined,
    itemClass: 'C',
    prepayRatioBp: 0,
    priceLimitE4: undefined,
    category,
    group: '',
    selfPaidReason: row.selfPaidReason,
  });
}

/** Open-ended rows end after every day that can be written. */
const NO_END = 100_000_000;

function daysOf(row: Pick<MappingRow, 'validFrom' | 'validUntil'>): { from: number; until: number } {
  return { from: localDateToNumber(row.validFrom), until: endOf(row.validUntil) };
}

function endOf(validUntil: LocalDate | undefined): number {
  return validUntil === undefined ? NO_END : localDateToNumber(validUntil);
}

function append<Value>(lists: Map<string, Value[]>, key: string, ...values: readonly Value[]): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [...values]);
  else list.push(...values);
}
