import { assert } from '@yijie/money';
import type { BillGroup } from '../contract.ts';
import type { Plan } from '../plan/plan.ts';
import { shareHalfUp } from '../plan/share.ts';
import { OVER_LIMIT, PREPAY_SELF, SELF_PAID, type Working } from '../working.ts';

/** Sums the bill's groups; a group with a prepay of its own gives it up before anything else is computed. */
export function sumItemGroups(working: Working, groups: readonly BillGroup[], plan: Plan): void {
  let total = 0;
  let selfPaid = 0;
  let overLimit = 0;
  let prepaySelf = 0;
  let inScope = 0;
  for (let index = 0; index < groups.length; index++) {
    const group = groups[index] as BillGroup;
    total += group.totalFen;
    selfPaid += group.selfPaidFen;
    overLimit += group.overLimitFen;
    prepaySelf += group.prepaySelfFen;
    inScope += group.inScopeFen;
    if (plan.itemGroups !== undefined && group.group !== '') {
      const prepay = plan.itemGroups.get(group.group)?.prepay;
      if (prepay !== undefined) {
        const own = shareHalfUp(group.inScopeFen, prepay);
        prepaySelf += own;
        inScope -= own;
      }
    }
  }
  assert(
    selfPaid >= 0 && overLimit >= 0 && prepaySelf >= 0 && inScope >= 0 && Number.isSafeInteger(total),
    'amounts of a bill to settle are whole fen and not negative',
  );
  assert(
    selfPaid + overLimit + prepaySelf + inScope === total,
    `the parts of the bill sum to ${selfPaid + overLimit + prepaySelf + inScope}, its total is ${total}`,
  );
  working.totalFen = total;
  working.inScopeFen = inScope;
  working.parts[SELF_PAID] = selfPaid;
  working.parts[OVER_LIMIT] = overLimit;
  working.parts[PREPAY_SELF] = prepaySelf;
}
