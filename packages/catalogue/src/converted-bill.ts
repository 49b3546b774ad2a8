import { FEE_CATEGORY_CODES } from '@yijie/codes';
import { type Fen, fen } from '@yijie/money';
import { type ConvertedBill, ITEM_GROUPS } from './contract.ts';
import { IN_SCOPE, OVER_LIMIT, PARTS, PREPAY_SELF, SELF_PAID } from './line-parts.ts';

const CATEGORIES = FEE_CATEGORY_CODES.length;

/** One bucket of four sums per item group and category, as `Terms.bucket` numbers them. */
export const BUCKETS = ITEM_GROUPS.length * CATEGORIES;

/** The sums as categories and groups, those that are zero in every part left out. */
export function billOf(sums: Float64Array, lineCount: number): ConvertedBill {
  const categories = FEE_CATEGORY_CODES.map((code, position) => ({
    code,
    ...partsOf(
      sums,
      ITEM_GROUPS.map((_, group) => group * CATEGORIES + position),
    ),
  }));
  const groups = ITEM_GROUPS.map((group, position) => ({
    group,
    ...partsOf(
      sums,
      FEE_CATEGORY_CODES.map((_, category) => position * CATEGORIES + category),
    ),
  }));
  return {
    totalFen: fen(groups.reduce((total, group) => total + group.totalFen, 0)),
    lineCount,
    categories: categories.filter(occurs),
    groups: groups.filter(occurs),
  };
}

interface Parts {
  readonly totalFen: Fen;
  readonly selfPaidFen: Fen;
  readonly overLimitFen: Fen;
  readonly prepaySelfFen: Fen;
  readonly inScopeFen: Fen;
}

function partsOf(sums: Float64Array, buckets: readonly number[]): Parts {
  const part = (which: number) =>
    fen(buckets.reduce((sum, bucket) => sum + (sums[bucket * PARTS + which] as number), 0));
  const selfPaidFen = part(SELF_PAID);
  const overLimitFen = part(OVER_LIMIT);
  const prepaySelfFen = part(PREPAY_SELF);
  const inScopeFen = part(IN_SCOPE);
  const totalFen = fen(selfPaidFen + overLimitFen + prepaySelfFen + inScopeFen);
  return { totalFen, selfPaidFen, overLimitFen, prepaySelfFen, inScopeFen };
}

function occurs(parts: Parts): boolean {
  return (
    parts.selfPaidFen !== 0 || parts.overLimitFen !== 0 || parts.prepaySelfFen !== 0 || parts.inScopeFen !== 0
  );
}
