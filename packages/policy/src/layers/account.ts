import { assert, type Fen } from '@yijie/money';
import type { AccountBalances } from '../contract.ts';
import type { Plan } from '../plan/plan.ts';
import type { Working } from '../working.ts';

/** 个人账户: pays the parts the pack names while the balance lasts, the own account before the family's. */
export function payFromAccount(working: Working, plan: Plan, account: AccountBalances): void {
  if (!account.useAccount || plan.accountParts.length === 0) return;
  assert(account.ownAccountFen >= 0 && account.familyAccountFen >= 0, 'an account balance is not negative');
  let eligible = 0;
  for (const part of plan.accountParts) eligible += working.parts[part] as number;
  if (eligible === 0) return;
  const own = Math.min(eligible, account.ownAccountFen);
  const rest = eligible - own;
  const family = Math.min(rest, account.familyAccountFen);
  working.ownAccountFen = own;
  working.familyAccountFen = family;
  working.isAccountShort = own + family < eligible;
  let left = own + family;
  for (const part of plan.accountParts) {
    const there = working.parts[part] as number;
    const taken = Math.min(there, left);
    working.parts[part] = there - taken;
    left -= taken;
  }
  working.layers.push({
    layer: 'account',
    baseFen: eligible as Fen,
    paidFen: (own + family) as Fen,
    carriedFen: (eligible - own - family) as Fen,
  });
}
