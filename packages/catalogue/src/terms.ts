import type { FeeCategoryCode } from '@yijie/codes';
import type { ItemClass, ItemGroup } from './contract.ts';

/** How an item is split on a day. One per catalogue entry, shared by its items. */
export interface Terms {
  readonly nationalCode: string | undefined;
  readonly itemClass: ItemClass;
  readonly prepayRatioBp: number;
  /** undefined where nothing limits the price. */
  readonly priceLimitE4: number | undefined;
  readonly category: FeeCategoryCode;
  readonly group: ItemGroup;
  /** Of an item without a national code. */
  readonly selfPaidReason: string | undefined;
}
