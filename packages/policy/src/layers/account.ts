import { assert } from '@yijie/money';
import type { AccountBalances } from '../contract.ts';
import type { Plan } from '../plan/plan.ts';
import type { Working } from '../working.ts';

/** Shanghai outpatient: the account pays the covered cost first, before deductible and fund (H3). */
export function payFromAccountFirst(working: Working, plan: Plan, account: AccountBalances): void {
  if (!plan.basic.accountFirst || !account.useAccount) return;
  const covered = working.coveredFen;
  const own = Math.min(covered, account.ownAccountFen);
  const family = Math.min(covered - own, account.familyAccountFen);
  if (own + family === 0) return;
  working.ownAccountFen = own;
  working.familyAccountFen = family;
  working.coveredFen = covered - own - family;
  working.noteLayer('account-first', covered, own + family, working.coveredFen, undefined);
}

/** 个人账户: pays the parts the pack names while the balance lasts, the own account before the family's. */
export function payFromAccount(working: Working, plan: Plan, account: AccountBalances): void {
  if (!account.useAccount || plan.accountParts.length === 0) return;
  assert(account.ownAccountFen >= 0 && account.familyAccountFen >= 0, 'an account balance is not negative');
  let eligible = 0;
  for (const part of plan.accountParts) eligible += working.parts[part] as number;
  if (eligible === 0) return;
  const ownBalance = account.ownAccountFen - working.ownAccountFen;
  const familyBalance = account.familyAccountFen - working.familyAccountFen;
  const own = Math.min(eligible, ownBalance);
  const rest = eligible - own;
  const family = Math.min(rest, familyBalance);
  working.ownAccountFen += own;
  working.familyAccountFen += family;
  working.isAccountShort = own + family < eligible;
  let left = own + family;
  for (const part of plan.accountParts) {
    const there = working.parts[part] as number;
    const taken = Math.min(there, left);
    working.parts[part] = there - taken;
    left -= taken;
  }
  working.noteLayer('account', eligible, own + family, eligible - own - family, undefined);
}
