import { assert } from './assert.ts';
import { type Fen, fen } from './fen.ts';

/**
 * Who pays what of one settlement: disjoint parts that sum to the total (clearing-and-filing §0.5). No subtotal
 * is kept among them. A refund carries every part negated.
 */
export interface Shares {
  /** 统筹基金 */
  readonly poolFundFen: Fen;
  /** 职工大额 */
  readonly largeAmountFen: Fen;
  /** 大病保险 */
  readonly seriousIllnessFen: Fen;
  /** 公务员补助 */
  readonly civilServantFen: Fen;
  /** 企业补充 */
  readonly enterpriseSupplementFen: Fen;
  /** 医疗救助 */
  readonly medicalAidFen: Fen;
  /** 其他基金 */
  readonly otherFundFen: Fen;
  /** 个人账户 (own) */
  readonly ownAccountFen: Fen;
  /** 个人账户共济 (family) */
  readonly familyAccountFen: Fen;
  /** 个人现金: the residual, never computed on its own. */
  readonly personalCashFen: Fen;
  /** 医院负担 */
  readonly hospitalPartFen: Fen;
}

export const SHARE_NAMES = [
  'poolFundFen',
  'largeAmountFen',
  'seriousIllnessFen',
  'civilServantFen',
  'enterpriseSupplementFen',
  'medicalAidFen',
  'otherFundFen',
  'ownAccountFen',
  'familyAccountFen',
  'personalCashFen',
  'hospitalPartFen',
] as const satisfies readonly (keyof Shares)[];

export const NO_SHARES: Shares = Object.freeze(
  Object.fromEntries(SHARE_NAMES.map((name) => [name, 0])) as unknown as Shares,
);

export function sumShares(shares: Shares): Fen {
  let total = 0;
  for (const name of SHARE_NAMES) total += shares[name];
  return fen(total);
}

export function negateShares(shares: Shares): Shares {
  return Object.fromEntries(SHARE_NAMES.map((name) => [name, fen(-shares[name])])) as unknown as Shares;
}

/** What the funds pay, accounts excluded (基金支付合计, `fund_pay_sumamt`). */
export function fundTotal(shares: Shares): Fen {
  return fen(
    shares.poolFundFen +
      shares.largeAmountFen +
      shares.seriousIllnessFen +
      shares.civilServantFen +
      shares.enterpriseSupplementFen +
      shares.medicalAidFen +
      shares.otherFundFen,
  );
}

/** What regions owe each other: everything but cash and the hospital's own part (清算金额). */
export function clearingAmount(shares: Shares): Fen {
  return fen(sumShares(shares) - shares.personalCashFen - shares.hospitalPartFen);
}

/** Invariant I1: parts add up to the total and are all ≥ 0 (settlement) or all ≤ 0 (refund). */
export function assertShares(shares: Shares, totalFen: Fen): void {
  const sum = sumShares(shares);
  assert(sum === totalFen, `shares sum to ${sum}, the bill to ${totalFen}`);
  const sign = totalFen < 0 ? -1 : 1;
  for (const name of SHARE_NAMES)
    assert(shares[name] * sign >= 0, `${name} has the wrong sign: ${shares[name]}`);
}
