import { FEE_CATEGORY_CODES } from '@yijie/codes';
import { sumsAt } from './bill-sums.ts';

import { ITEM_GROUPS } from './contract.ts';
import type { Terms } from './terms.ts';

/** What holds for an item on the days `[from, until)` (YYYYMMDD): terms, or a national code without an entry. */
export interface Segment {
  readonly from: number;
  readonly until: number;
  readonly terms: Terms | undefined;
  readonly unlistedCode: string | undefined;
}

/** Segments as the arithmetic reads them: eight words each, those of an item one behind the other. */
export interface SegmentTable {
  readonly words: Int32Array;
  /** Price limits by number, as they can be greater than a word. The first is that of segments without one. */
  readonly limitsE4: Float64Array;
  /** What the words stand for, by position ÷ SEGMENT. */
  readonly segments: readonly Segment[];
}

export const SEGMENT = 8;
export const FROM = 0;
export const UNTIL = 1;
/** 1 when another segment of the same item follows. */
export const HAS_NEXT = 2;
/** 1 where the catalogue has no entry: the line can't be converted. */
export const IS_UNLISTED = 3;
/** Where the sums of category and group begin. */
export const SUMS_AT = 4;
export const IS_SELF_PAID = 5;
export const PREPAY_RATIO_BP = 6;
export const LIMIT = 7;

/** Collects the segments of item after item. */
export class SegmentTableBuilder {
  private readonly words: number[] = [];
  private readonly limitsE4 = [Number.POSITIVE_INFINITY];
  private readonly segments: Segment[] = [];

  /** The position of the first; items with equal segments may share it. */
  add(segments: readonly Segment[]): number {
    const position = this.words.length;
    segments.forEach((segment, i) => {
      this.words.push(...this.wordsOf(segment, i + 1 < segments.length));
      this.segments.push(segment);
    });
    return position;
  }

  build(): SegmentTable {
    return {
      words: Int32Array.from(this.words),
      limitsE4: Float64Array.from(this.limitsE4),
      segments: this.segments,
    };
  }

  private wordsOf({ from, until, terms }: Segment, hasNext: boolean): number[] {
    if (terms === undefined) return [from, until, Number(hasNext), 1, 0, 0, 0, 0];
    const isSelfPaid = terms.itemClass === 'C';
    // Class C has neither limit nor ratio: the whole line is self-paid.
    const limit =
      isSelfPaid || terms.priceLimitE4 === undefined ? 0 : this.limitsE4.push(terms.priceLimitE4) - 1;
    const at = sumsAt(ITEM_GROUPS.indexOf(terms.group), FEE_CATEGORY_CODES.indexOf(terms.category));
    return [
      from,
      until,
      Number(hasNext),
      0,
      at,
      Number(isSelfPaid),
      isSelfPaid ? 0 : terms.prepayRatioBp,
      limit,
    ];
  }
}

/** The segment of an item that holds on a day, given its first one; negative when none does. */
export function segmentOn({ words }: SegmentTable, first: number, day: number): number {
  for (let at = first; ; at += SEGMENT) {
    if (day >= (words[at + FROM] as number) && day < (words[at + UNTIL] as number)) return at;
    if (words[at + HAS_NEXT] === 0) return -1;
  }
}
