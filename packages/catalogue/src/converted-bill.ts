import { FEE_CATEGORY_CODES, type FeeCategoryCode } from '@yijie/codes';
import { type Fen, fen } from '@yijie/money';
import { CATEGORIES, GROUPS, IN_SCOPE, OVER_LIMIT, PREPAY_SELF, SELF_PAID, sumsAt } from './bill-sums.ts';
import { type CategoryParts, type ConvertedBill, type GroupParts, ITEM_GROUPS } from './contract.ts';

/** The sums as categories and groups, those that are zero in every part left out. */
export function billOf(sums: Float64Array, lineCount: number): ConvertedBill {
  const categories: CategoryParts[] = [];
  const groups: GroupParts[] = [];
  let totalFen = 0;
  const parts = new PartSums();
  for (let category = 0; category < CATEGORIES; category++) {
    parts.clear();
    for (let group = 0; group < GROUPS; group++) parts.add(sums, sumsAt(group, category));
    if (parts.occurs()) categories.push(parts.ofCategory(FEE_CATEGORY_CODES[category] as FeeCategoryCode));
  }
  for (let group = 0; group < GROUPS; group++) {
    parts.clear();
    for (let category = 0; category < CATEGORIES; category++) parts.add(sums, sumsAt(group, category));
    if (parts.occurs()) groups.push(parts.ofGroup(ITEM_GROUPS[group] as string));
    totalFen += parts.total();
  }
  return { totalFen: fen(totalFen), lineCount, categories, groups };
}

class PartSums {
  private selfPaid = 0;
  private overLimit = 0;
  private prepaySelf = 0;
  private inScope = 0;

  clear(): void {
    this.selfPaid = 0;
    this.overLimit = 0;
    this.prepaySelf = 0;
    this.inScope = 0;
  }

  add(sums: Float64Array, at: number): void {
    this.selfPaid += sums[at + SELF_PAID] as number;
    this.overLimit += sums[at + OVER_LIMIT] as number;
    this.prepaySelf += sums[at + PREPAY_SELF] as number;
    this.inScope += sums[at + IN_SCOPE] as number;
  }

  occurs(): boolean {
    return this.selfPaid !== 0 || this.overLimit !== 0 || this.prepaySelf !== 0 || this.inScope !== 0;
  }

  total(): Fen {
    return fen(this.selfPaid + this.overLimit + this.prepaySelf + this.inScope);
  }

  ofCategory(code: FeeCategoryCode): CategoryParts {
    return {
      code,
      totalFen: this.total(),
      selfPaidFen: fen(this.selfPaid),
      overLimitFen: fen(this.overLimit),
      prepaySelfFen: fen(this.prepaySelf),
      inScopeFen: fen(this.inScope),
    };
  }

  ofGroup(group: string): GroupParts {
    return {
      group,
      totalFen: this.total(),
      selfPaidFen: fen(this.selfPaid),
      overLimitFen: fen(this.overLimit),
      prepaySelfFen: fen(this.prepaySelf),
      inScopeFen: fen(this.inScope),
    };
  }
}
