import { FEE_CATEGORY_CODES } from '@yijie/codes';
import { ITEM_GROUPS } from './contract.ts';

/** Positions of the four parts of a line, of a category or of a group. */
export const SELF_PAID = 0;
export const OVER_LIMIT = 1;
export const PREPAY_SELF = 2;
export const IN_SCOPE = 3;
export const PARTS = 4;

export const GROUPS = ITEM_GROUPS.length;
export const CATEGORIES = FEE_CATEGORY_CODES.length;

/** A bill adds up to four sums for each item group and, within it, each category. */
export const SUMS = GROUPS * CATEGORIES * PARTS;

export function sumsAt(group: number, category: number): number {
  return (group * CATEGORIES + category) * PARTS;
}
