import type { BillColumns } from './bill-columns.ts';
import { hashWords, wordCount, writeTextWords } from './code-words.ts';
import { type SegmentTable, segmentOn } from './segment-table.ts';

/** The table has no such item, or the item has no mapping on the day. */
export const UNMAPPED = -1;

/**
 * Items by code: an open-addressed hash table in rows of half a cache line, because a look-up among 100,000 items costs
 * what it waits for memory, and little else. A row holds hash, code and the position of the first segment.
 */
export interface ItemTable {
  readonly rows: Int32Array;
  readonly rowMask: number;
  /** Codes too long for a row. */
  readonly longCodes: Int32Array;
  readonly segments: SegmentTable;
}

/** Eight words. A length (in bytes) of 0 is a free row. */
const ROW = 8;
const HASH = 0;
const LENGTH = 1;
const SEGMENTS = 2;
const CODE = 3;
const INLINE_CODE_BYTES = (ROW - CODE) * 4;

/**
 * The segment of every line's item on its day, written to `bill.found`; negative where there is none. Three short passes
 * instead of one: within each, no line waits for another's memory, so the processor fetches for several lines at once.
 */
export function findSegments(table: ItemTable, bill: BillColumns): void {
  const { count, codeWords, codeStart, codeLength, codeHash, serviceDate, found } = bill;
  const { rows, rowMask, segments } = table;
  for (let line = 0; line < count; line++) {
    const hash = codeHash[line] as number;
    const row = firstRow(hash, rowMask);
    found[line] = rows[row + HASH] === hash ? row : rowAfter(row, rowMask);
  }
  for (let line = 0; line < count; line++) {
    const start = codeStart[line] as number;
    const length = codeLength[line] as number;
    found[line] = findItem(table, found[line] as number, codeHash[line] as number, codeWords, start, length);
  }
  for (let line = 0; line < count; line++) {
    const first = found[line] as number;
    if (first !== UNMAPPED) found[line] = segmentOn(segments, first, serviceDate[line] as number);
  }
}

/** The segment of one item on a day; negative where there is none. */
export function findSegment(table: ItemTable, itemCode: string, day: number): number {
  const { words, length, hash } = codeOf(itemCode);
  const first = findItem(table, firstRow(hash, table.rowMask), hash, words, 0, length);
  return first === UNMAPPED ? UNMAPPED : segmentOn(table.segments, first, day);
}

/** Builds the table from the position of each item's first segment. */
export function buildItemTable(items: ReadonlyMap<string, number>, segments: SegmentTable): ItemTable {
  // At most half full: nearly every search then ends in the row it began in, which is the one that was fetched.
  const rowCount = 2 ** Math.ceil(Math.log2(Math.max(items.size * 2, 16)));
  const rowMask = rowCount - 1;
  const rows = new Int32Array(rowCount * ROW);
  const longCodes: number[] = [];
  for (const [itemCode, firstSegment] of items) {
    const { words, length, hash } = codeOf(itemCode);
    let row = firstRow(hash, rowMask);
    while (rows[row + LENGTH] !== 0) row = rowAfter(row, rowMask);
    rows[row + HASH] = hash;
    rows[row + LENGTH] = length;
    rows[row + SEGMENTS] = firstSegment;
    if (length <= INLINE_CODE_BYTES) rows.set(words, row + CODE);
    else rows[row + CODE] = longCodes.push(...words) - words.length;
  }
  return { rows, rowMask, longCodes: Int32Array.from(longCodes), segments };
}

/** The position of an item's first segment, searched from a row on. */
function findItem(
  table: ItemTable,
  searchFrom: number,
  hash: number,
  codeWords: Int32Array,
  start: number,
  length: number,
): number {
  const { rows, rowMask } = table;
  for (let row = searchFrom; ; row = rowAfter(row, rowMask)) {
    const rowLength = rows[row + LENGTH] as number;
    if (rowLength === 0) return UNMAPPED;
    if (rows[row + HASH] === hash && rowLength === length && isCodeOf(table, row, codeWords, start, length)) {
      return rows[row + SEGMENTS] as number;
    }
  }
}

function isCodeOf(
  table: ItemTable,
  row: number,
  codeWords: Int32Array,
  start: number,
  length: number,
): boolean {
  const isInline = length <= INLINE_CODE_BYTES;
  const stored = isInline ? table.rows : table.longCodes;
  const at = isInline ? row + CODE : (table.rows[row + CODE] as number);
  const words = wordCount(length);
  for (let word = 0; word < words; word++) if (stored[at + word] !== codeWords[start + word]) return false;
  return true;
}

function firstRow(hash: number, rowMask: number): number {
  return (hash & rowMask) * ROW;
}

function rowAfter(row: number, rowMask: number): number {
  return row === rowMask * ROW ? 0 : row + ROW;
}

function codeOf(itemCode: string): { words: Int32Array; length: number; hash: number } {
  const words = new Int32Array(wordCount(itemCode.length * 3));
  const length = writeTextWords(itemCode, words, 0);
  return {
    words: words.subarray(0, wordCount(length)),
    length,
    hash: hashWords(words, 0, wordCount(length)),
  };
}
