import type { PolicyInput } from '@yijie/policy';

/** What every engine of the comparison must give, in fen. */
export interface Amounts {
  deductible: number;
  pool: number;
  large: number;
  serious: number;
  account: number;
  cash: number;
}

/**
 * The benchmark's two policies as somebody would write them by hand for these alone: constants in the code, no
 * explanation, no year carried forward. Shares no code with the engine.
 */
export function settleByHand(input: PolicyInput): Amounts {
  const { facts, accumulators } = input;
  let total = 0;
  let inScope = 0;
  for (const group of input.groups) {
    total += group.totalFen;
    inScope += group.inScopeFen;
  }
  const level = facts.hospitalLevel === 'L3' ? 2 : facts.hospitalLevel === 'L2' ? 1 : 0;
  const off = facts.ratioClass === 'LOCAL' ? 0 : facts.ratioClass === 'REDUCED_A' ? 1_000 : 2_000;
  const isEmployee = facts.scheme === 'employee';
  const nominal = isEmployee
    ? level === 2
      ? 90_000
      : level === 1
        ? 50_000
        : 20_000
    : level === 2
      ? 120_000
      : level === 1
        ? 70_000
        : 30_000;
  const due = (accumulators.inpatientStays as number) > 0 ? nominal / 2 : nominal;
  const deductible = Math.min(due, inScope);

  // Ratios in hundredths of a basis point: a retired person's share is 80 % of the personal one.
  let first: number;
  let second: number;
  let third: number;
  let edge1: number;
  let edge2: number;
  if (isEmployee) {
    first = level === 2 ? 8_300 : level === 1 ? 8_700 : 9_000;
    second = level === 2 ? 8_600 : level === 1 ? 9_000 : 9_300;
    third = level === 2 ? 9_000 : level === 1 ? 9_300 : 9_500;
    if (facts.personClass === 'retired') {
      first = 10_000 - (10_000 - first) * 0.8;
      second = 10_000 - (10_000 - second) * 0.8;
      third = 10_000 - (10_000 - third) * 0.8;
    }
    edge1 = 1_000_000;
    edge2 = 4_000_000;
  } else {
    first = level === 2 ? 6_000 : level === 1 ? 7_000 : 8_000;
    second = first + 500;
    third = second;
    edge1 = 2_000_000;
    edge2 = Number.POSITIVE_INFINITY;
  }
  first -= off;
  second -= off;
  third -= off;
  const in1 = Math.max(0, Math.min(inScope, edge1) - deductible);
  const in2 = Math.max(0, Math.min(inScope, edge2) - edge1);
  const in3 = Math.max(0, inScope - edge2);
  let pool = Math.floor((in1 * first + in2 * second + in3 * third + 5_000) / 10_000);
  const limit = isEmployee ? 15_000_000 : 12_000_000;
  const left = Math.max(0, limit - (accumulators.inpatientFundFen as number));
  let large = 0;
  if (pool > left) {
    pool = left;
    if (isEmployee) {
      // Cost beyond the ceiling, as a numerator over the ratio of the band in which it was reached.
      let rest = left * 10_000;
      let num: number;
      let den: number;
      if (rest < in1 * first) {
        num = (in1 + in2 + in3) * first - rest;
        den = first;
      } else if (rest - in1 * first < in2 * second) {
        rest -= in1 * first;
        num = (in2 + in3) * second - rest;
        den = second;
      } else {
        rest -= in1 * first + in2 * second;
        num = in3 * third - rest;
        den = third;
      }
      large = Math.floor((num * 9 * 2 + den * 10) / (den * 20));
      const largeLeft = Math.max(0, 30_000_000 - (accumulators.largeAmountPaidFen as number));
      if (large > largeLeft) large = largeLeft;
    }
  }
  const base = inScope - pool - large;
  const threshold = isEmployee ? 1_500_000 : 1_600_000;
  const before = accumulators.seriousIllnessBaseFen as number;
  let serious = 0;
  const to = before + base - threshold;
  if (to > 0) {
    const from = Math.max(0, before - threshold);
    const s1 = Math.max(0, Math.min(to, 3_000_000) - from);
    const s2 = Math.max(0, Math.min(to, 8_000_000) - Math.max(from, 3_000_000));
    const s3 = Math.max(0, to - Math.max(from, 8_000_000));
    serious = Math.floor((s1 * 60 + s2 * 65 + s3 * 75 + 50) / 100);
    if (!isEmployee) {
      const seriousLeft = Math.max(0, 40_000_000 - (accumulators.seriousIllnessPaidFen as number));
      if (serious > seriousLeft) serious = seriousLeft;
    }
  }
  let account = 0;
  if (input.account.useAccount)
    account = Math.min(base - serious, input.account.ownAccountFen + input.account.familyAccountFen);
  return { deductible, pool, large, serious, account, cash: total - pool - large - serious - account };
}

/**
 * The same with what a settlement must hand on: the eleven shares and the year as it stands afterwards, written by hand
 * for these two policies. What the engine gives besides (the layers) is still left out.
 */
export function settleInFullByHand(input: PolicyInput) {
  const { deductible, pool, large, serious, account, cash } = settleByHand(input);
  const year = input.accumulators;
  let total = 0;
  let inScope = 0;
  for (const group of input.groups) {
    total += group.totalFen;
    inScope += group.inScopeFen;
  }
  const own = Math.min(account, input.account.ownAccountFen);
  const after = { ...year };
  after.inpatientStays = (year.inpatientStays as number) + 1;
  after.inpatientDeductibleFen = (year.inpatientDeductibleFen as number) + deductible;
  after.inpatientInScopeFen = (year.inpatientInScopeFen as number) + inScope;
  after.inpatientFundFen = (year.inpatientFundFen as number) + pool;
  after.largeAmountPaidFen = (year.largeAmountPaidFen as number) + large;
  after.seriousIllnessBaseFen = (year.seriousIllnessBaseFen as number) + inScope - pool - large;
  after.seriousIllnessPaidFen = (year.seriousIllnessPaidFen as number) + serious;
  return {
    totalFen: total,
    deductiblePaidFen: deductible,
    shares: {
      poolFundFen: pool,
      largeAmountFen: large,
      seriousIllnessFen: serious,
      civilServantFen: 0,
      enterpriseSupplementFen: 0,
      medicalAidFen: 0,
      otherFundFen: 0,
      ownAccountFen: own,
      familyAccountFen: account - own,
      personalCashFen: cash,
      hospitalPartFen: 0,
    },
    accumulatorsAfter: after,
  };
}
