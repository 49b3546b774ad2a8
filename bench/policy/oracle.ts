import type { PolicyInput } from '@yijie/policy';
import type { Amounts } from './plain-function.ts';

/** The same policies once more, in rational arithmetic on bigint throughout: slow, and what the others must equal. */
export function settleExactly(input: PolicyInput): Amounts {
  const { facts, accumulators } = input;
  const of = (name: string) => BigInt(accumulators[name] ?? 0);
  const sum = (name: 'totalFen' | 'inScopeFen') =>
    input.groups.reduce((added, group) => added + BigInt(group[name]), 0n);
  const employee = facts.scheme === 'employee';
  const level = { community: 0, L1: 0, L2: 1, L3: 2, provincial: 2 }[facts.hospitalLevel];
  const nominal = (employee ? [20_000n, 50_000n, 90_000n] : [30_000n, 70_000n, 120_000n])[level] as bigint;
  const inScope = sum('inScopeFen');
  const deductible = smaller(of('inpatientStays') > 0n ? nominal / 2n : nominal, inScope);

  const table = employee
    ? [
        [90n, 87n, 83n],
        [93n, 90n, 86n],
        [95n, 93n, 90n],
      ]
    : [
        [80n, 70n, 60n],
        [85n, 75n, 65n],
      ];
  const edges = employee ? [0n, 1_000_000n, 4_000_000n] : [0n, 2_000_000n];
  const off = { LOCAL: 0n, REDUCED_A: 100n, REDUCED_B: 200n, TWO_WAY_HOME: 0n, HOME_POLICY: 200n }[
    facts.ratioClass
  ];
  // Thousandths: 1000 − 8 (100 − r) for the retired.
  const ratios = table.map((row) => {
    const ratio = row[level] as bigint;
    return (facts.personClass === 'retired' ? 1_000n - 8n * (100n - ratio) : 10n * ratio) - off;
  });
  const bands = edges.map((edge, band) => {
    const from = larger(edge, deductible);
    const to = smaller(edges[band + 1] ?? inScope, inScope);
    return { cost: larger(to - from, 0n), ratio: ratios[band] as bigint };
  });
  const uncapped = half(
    bands.reduce((added, { cost, ratio }) => added + cost * ratio, 0n),
    1_000n,
  );
  const limit = larger((employee ? 15_000_000n : 12_000_000n) - of('inpatientFundFen'), 0n);
  const pool = smaller(uncapped, limit);
  let large = 0n;
  if (uncapped > limit && employee) {
    let budget = limit * 1_000n;
    let num = 0n;
    let den = 1n;
    for (const { cost, ratio } of bands) {
      if (budget >= cost * ratio) {
        budget -= cost * ratio;
        continue;
      }
      // What is left of this band once the budget is used, and whatever lies above it.
      const beyond = cost * ratio - budget;
      num = num * ratio + beyond * den;
      den *= ratio;
      budget = 0n;
    }
    large = smaller(half(num * 9n, den * 10n), larger(30_000_000n - of('largeAmountPaidFen'), 0n));
  }
  const base = inScope - pool - large;
  const threshold = employee ? 1_500_000n : 1_600_000n;
  const before = of('seriousIllnessBaseFen');
  const cumulative = (x: bigint) => {
    const above = larger(x - threshold, 0n);
    return (
      60n * smaller(above, 3_000_000n) +
      65n * larger(smaller(above, 8_000_000n) - 3_000_000n, 0n) +
      75n * larger(above - 8_000_000n, 0n)
    );
  };
  let serious = half(cumulative(before + base) - cumulative(before), 100n);
  if (!employee) serious = smaller(serious, larger(40_000_000n - of('seriousIllnessPaidFen'), 0n));
  const { useAccount, ownAccountFen, familyAccountFen } = input.account;
  const account = useAccount ? smaller(base - serious, BigInt(ownAccountFen) + BigInt(familyAccountFen)) : 0n;
  const cash = sum('totalFen') - pool - large - serious - account;
  return {
    deductible: Number(deductible),
    pool: Number(pool),
    large: Number(large),
    serious: Number(serious),
    account: Number(account),
    cash: Number(cash),
  };
}

function half(num: bigint, den: bigint): bigint {
  return (2n * num + den) / (2n * den);
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
