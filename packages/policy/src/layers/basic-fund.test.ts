import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { billOf, inputOf, yuan } from '../../test/inputs.ts';
import { type PackSections, packText } from '../../test/pack-text.ts';
import { packOf } from '../../test/published-packs.ts';
import { compute } from '../compute.ts';
import type { BillGroup, PolicyFacts } from '../contract.ts';
import { bandsOf, costBeyond, paidBetween, paidBetweenByBand } from '../plan/bands.ts';

function pool(
  sections: PackSections,
  facts: Partial<PolicyFacts>,
  bills: readonly BillGroup[] = [billOf(30_000)],
  accumulators: Record<string, number> = {},
): number {
  return compute(packOf(packText(sections)), inputOf(facts, bills, accumulators)).shares.poolFundFen / 100;
}

const payment = (text: string, deductible = 'per: none'): PackSections => ({
  inpatient: `    deductible: { assumed: test, ${deductible} }\n    payment: { assumed: test, ${text} }`,
});
const filing = (text: string) =>
  `filing: { assumed: test, treatAs: { TWO_WAY_HOME: LOCAL, HOME_POLICY: REDUCED_B }, ${text} }`;
const A = { ratioClass: 'REDUCED_A' } as const;
const B = { ratioClass: 'REDUCED_B' } as const;
const retired = { personClass: 'retired' } as const;

describe('ratio of the basic fund on 30,000 yuan', () => {
  test.each([
    ['C1 by level', 'pays: { by: level, L3: 80%, other: 90% }', {}, 24_000],
    [
      'C2 bands per stay',
      'pays: [{ from: 0, to: 10000, pays: 80% }, { from: 10000, pays: 85% }]',
      {},
      25_000,
    ],
    ['C4 own table', 'pays: { by: person, active: 80%, retired: 85% }', retired, 25_500],
    ['C5 points', 'pays: 80%, adjust: [{ points: { by: person, active: 0, retired: 5 } }]', retired, 25_500],
    [
      'C6 personal share 80% of 14%',
      'pays: 86%, adjust: [{ personalShare: { by: person, active: 100%, retired: 80% } }]',
      retired,
      26_640,
    ],
    [
      'C7 two points every ten years from 50',
      'pays: 85%, adjust: [{ pointsPerYears: { of: age, from: 50, every: 10, points: 2 } }]',
      { ageYears: 71 },
      27_300,
    ],
    [
      'C7 below 50',
      'pays: 85%, adjust: [{ pointsPerYears: { of: age, from: 50, every: 10, points: 2 } }]',
      { ageYears: 49 },
      25_500,
    ],
    [
      'C8 linear in age',
      'pays: 75%, adjust: [{ pointsPerYears: { of: age, from: 1, every: 1, points: 0.2 } }]',
      { ageYears: 40 },
      24_900,
    ],
    [
      'C9 by insured years, at most ten',
      'pays: 60%, adjust: [{ pointsPerYears: { of: years, from: 1, every: 1, points: 1, atMost: 10 } }]',
      { insuredYears: 30 },
      21_000,
    ],
    ['C10 by tier', 'pays: { by: group, tier-2: 75%, other: 70% }', { groups: ['tier-2'] }, 22_500],
    [
      'C13 inside the region only',
      'pays: { by: place, home: 90%, other: 80% }',
      { treatmentPool: '110000' },
      24_000,
    ],
    ['C14 limit', 'pays: 98%, adjust: [{ points: 5 }, { atMost: 100% }]', {}, 30_000],
    ['C15 floor of the whole bill', 'pays: 30%, floor: 45%', {}, 13_500],
    ['nothing at all', 'pays: 0%', {}, 0],
  ])('%s', (_, text, facts, expected) => {
    expect(pool(payment(text), facts)).toBe(expected);
  });

  test('C11 by disease', () => {
    const sections = {
      ...payment('pays: { by: disease, dialysis: 90%, other: 80% }'),
      before: 'diseases:\n  dialysis: [M07801]',
    };
    expect(pool(sections, { diseaseCode: 'M07801' })).toBe(27_000);
    expect(pool(sections, { diseaseCode: 'M03900' })).toBe(24_000);
  });

  test('C3 bands per year: the part of this stay is the difference of two cumulative payments', () => {
    const rule = 'bandsPer: year, pays: [{ from: 0, to: 40000, pays: 80% }, { from: 40000, pays: 90% }]';
    expect(pool(payment(rule), {}, [billOf(30_000)], { inpatientInScopeFen: yuan(30_000) })).toBe(26_000);
  });

  test('the deductible cuts the first band, and the next when it is larger', () => {
    const rule = 'pays: [{ from: 0, to: 1000, pays: 50% }, { from: 1000, pays: 100% }]';
    expect(pool(payment(rule, 'per: stay, amount: 400'), {})).toBe(29_300);
    expect(pool(payment(rule, 'per: stay, amount: 1500'), {})).toBe(28_500);
  });

  test('bands counted above the deductible', () => {
    const rule =
      'bandsFrom: deductible, pays: [{ from: 0, to: 1000, pays: 50% }, { from: 1000, pays: 100% }]';
    expect(pool(payment(rule, 'per: stay, amount: 400'), {})).toBe(29_100);
  });
});

describe('filing class, S = 30,000, D = 1,000, r = 85 % (the note of rule-shapes D)', () => {
  const rule = (adjust: string) => payment(`pays: 85%${adjust}`, 'per: stay, amount: 1000');
  const read = ', adjust: [{ filing: yes }]';
  test.each([
    [
      'D1 local',
      {
        ...rule(read),
        filing: filing('effect: points, points: { by: class, LOCAL: 0, REDUCED_A: -10, REDUCED_B: -20 }'),
      },
      {},
      24_650,
    ],
    [
      'D2 ten points off',
      {
        ...rule(read),
        filing: filing('effect: points, points: { by: class, LOCAL: 0, REDUCED_A: -10, REDUCED_B: -20 }'),
      },
      A,
      21_750,
    ],
    [
      'D2 twenty points off',
      {
        ...rule(read),
        filing: filing('effect: points, points: { by: class, LOCAL: 0, REDUCED_A: -10, REDUCED_B: -20 }'),
      },
      B,
      18_850,
    ],
    [
      'D3 multiplier 0.9',
      {
        ...rule(read),
        filing: filing(
          'effect: multiplier, multiplier: { by: class, LOCAL: 100%, REDUCED_A: 90%, REDUCED_B: 80% }',
        ),
      },
      A,
      22_185,
    ],
    [
      'D4 prepay 10 %',
      {
        ...rule(''),
        filing: filing('effect: prepay, prepay: { by: class, LOCAL: 0%, REDUCED_A: 10%, REDUCED_B: 40% }'),
      },
      A,
      22_100,
    ],
    [
      'D5 own table',
      {
        ...payment(
          'pays: { by: class, LOCAL: 85%, REDUCED_A: 73%, REDUCED_B: 63% }',
          'per: stay, amount: 1000',
        ),
        filing: filing('effect: own-table'),
      },
      A,
      21_170,
    ],
    [
      'HOME_POLICY is what the pack says',
      {
        ...rule(read),
        filing: filing('effect: points, points: { by: class, LOCAL: 0, REDUCED_A: -10, REDUCED_B: -20 }'),
      },
      { ratioClass: 'HOME_POLICY' as const },
      18_850,
    ],
    [
      'TWO_WAY_HOME likewise',
      {
        ...rule(read),
        filing: filing('effect: points, points: { by: class, LOCAL: 0, REDUCED_A: -10, REDUCED_B: -20 }'),
      },
      { ratioClass: 'TWO_WAY_HOME' as const },
      24_650,
    ],
  ])('%s', (_, sections, facts, expected) => {
    expect(pool(sections, facts)).toBe(expected);
  });

  test('D7 away hospitals are read as level 3', () => {
    const sections = {
      inpatient: `    level: { by: place, home: own, other: L3 }
    deductible: { assumed: test, per: stay, amount: { by: level, L3: 1000, other: 200 } }
    payment: { assumed: test, pays: { by: level, L3: 80%, other: 90% } }`,
    };
    expect(pool(sections, { hospitalLevel: 'L1', treatmentPool: '110000' })).toBe(23_200);
    expect(pool(sections, { hospitalLevel: 'L1' })).toBe(26_820);
  });

  test('a TCM hospital pays the deductible of one level lower, at its own ratio', () => {
    const sections = payment(
      'pays: { by: level, L3: 80%, other: 90% }',
      'per: stay, level: { by: kind, tcm: one-lower, other: own }, amount: { by: level, L3: 1000, other: 500 }',
    );
    expect(pool(sections, { hospitalKind: 'tcm' })).toBe(23_600);
  });
});

describe('item groups', () => {
  const uplift = (split: string, more = '') => ({
    before: `itemGroups:\n  tcm: { assumed: test, points: 15, atMost: 95%${more} }`,
    ...payment(
      `groupSplit: ${split}, pays: [{ from: 0, to: 10000, pays: 70% }, { from: 10000, pays: 90% }], adjust: [{ itemGroup: yes }]`,
    ),
  });
  const bills = [billOf(12_000), billOf(8_000, { group: 'tcm' })];

  test('A9 pro rata: every band has the mean of the ratios by weight', () => {
    // 60 % of each band at 70 and 90 %, 40 % at 85 and 95 %: 10,000 × 76 % + 10,000 × 92 %.
    expect(pool(uplift('pro-rata'), {}, bills)).toBe(16_800);
  });

  test('A9 plain first: the group lies above what has no ratio of its own', () => {
    // 10,000 × 70 % + 2,000 × 90 % + 8,000 × 95 %.
    expect(pool(uplift('plain-first'), {}, bills)).toBe(16_400);
  });

  test('the order in which groups are listed does not matter pro rata', () => {
    expect(pool(uplift('pro-rata'), {}, [...bills].reverse())).toBe(16_800);
  });

  test('A2, A4, A5 a group gives up a share first', () => {
    const sections = {
      before: 'itemGroups:\n  imported: { assumed: test, prepay: 60% }',
      ...payment('pays: 80%'),
    };
    expect(pool(sections, {}, [billOf(10_000, { group: 'imported' })])).toBe(3_200);
  });

  test('A7 single line: its own share and yearly ceiling, outside deductible and bands', () => {
    const sections = {
      before:
        'itemGroups:\n  special-drug: { assumed: test, singleLine: { pays: 75%, ceiling: 15000, entersYear: no } }',
      ...payment('pays: 80%', 'per: stay, amount: 1000'),
    };
    const pack = packOf(packText(sections));
    const bill = [billOf(11_000), billOf(16_000, { group: 'special-drug' })];
    const first = compute(pack, inputOf({}, bill));
    const second = compute(pack, inputOf({}, bill, first.accumulatorsAfter));
    expect(first.shares.poolFundFen / 100).toBe(8_000 + 12_000);
    expect(second.shares.poolFundFen / 100).toBe(8_000 + 3_000);
    expect(first.accumulatorsAfter.inpatientFundFen).toBe(yuan(8_000));
  });
});

describe('ceilings', () => {
  const capped = (ceilings: string, deductible = 'per: none'): PackSections => ({
    inpatient: `    deductible: { assumed: test, ${deductible} }
    payment: { assumed: test, pays: 80% }
    ceilings: [{ assumed: test, ${ceilings} }]`,
  });
  const half = { inpatientFundFen: yuan(10_000), inpatientInScopeFen: yuan(12_500) };

  test.each([
    ['E1 on the payment', 'on: payment, amount: 20000, counts: [inpatient]', {}, 20_000],
    ['E1 what the year has left', 'on: payment, amount: 20000, counts: [inpatient]', half, 10_000],
    [
      'E1 nothing left',
      'on: payment, amount: 20000, counts: [inpatient]',
      { inpatientFundFen: yuan(20_000) },
      0,
    ],
    ['E2 on the cost', 'on: cost, amount: 20000, counts: [inpatient]', {}, 16_000],
    ['E2 cost the year has used', 'on: cost, amount: 20000, counts: [inpatient]', half, 6_000],
    [
      'E7 shared with chronic visits',
      'on: payment, amount: 20000, counts: [inpatient, chronic]',
      { chronicFundFen: yuan(5_000) },
      15_000,
    ],
    [
      'E7 not shared',
      'on: payment, amount: 20000, counts: [inpatient]',
      { chronicFundFen: yuan(5_000) },
      20_000,
    ],
    ['per visit', 'on: payment, amount: 9000, per: visit, counts: [inpatient]', half, 9_000],
    ['none', 'on: payment, amount: none, counts: [inpatient]', half, 24_000],
  ])('%s', (_, ceiling, accumulators, expected) => {
    expect(pool(capped(ceiling), {}, [billOf(30_000)], accumulators as Record<string, number>)).toBe(
      expected,
    );
  });

  test('E3 payment and co-pay together, without the deductible', () => {
    const rule = capped(
      'on: cost-after-deductible, amount: 20000, counts: [inpatient]',
      'per: stay, amount: 1000',
    );
    expect(pool(rule, {})).toBe(16_000);
    const used = { inpatientInScopeFen: yuan(11_000), inpatientDeductibleFen: yuan(1_000) };
    expect(pool(rule, {}, [billOf(30_000)], used)).toBe(8_000);
  });

  test.each([
    [3, 20_000],
    [4, 21_000],
    [6, 23_000],
    [40, 24_000],
  ])(
    'E6 grows by 1,000 a year from the fourth insured year, at most 20 %: %i years → %i',
    (insuredYears, limit) => {
      const rule = capped(
        'on: payment, amount: 20000, counts: [inpatient], grows: { assumed: test, perYear: 1000, fromInsuredYears: 4, atMost: 20% }',
      );
      expect(pool(rule, { insuredYears }, [billOf(100_000)])).toBe(limit);
    },
  );

  test('E8 an unused outpatient allowance raises it', () => {
    const rule = capped('on: payment, amount: 20000, raisedBy: carried-allowance, counts: [inpatient]');
    expect(pool(rule, { carriedAllowanceFen: yuan(300) })).toBe(20_300);
  });
});

describe('bands', () => {
  const bands = bandsOf(
    [1_000_000, 3_000_000, Number.POSITIVE_INFINITY],
    [
      { num: 4, den: 5 },
      { num: 17, den: 20 },
      { num: 91, den: 100 },
    ],
  );

  test('past 2^53 the payment is exact', () => {
    const fine = bandsOf([Number.POSITIVE_INFINITY], [{ num: 99_999_989, den: 100_000_007 }]);
    const exact = (2n * 9_999_999_999n * 99_999_989n + 100_000_007n) / (2n * 100_000_007n);
    expect(BigInt(paidBetween(fine, 0, 9_999_999_999, 1))).toBe(exact);
  });

  test('what a ceiling leaves over and what it consumed make the whole, exactly', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 50_000 }),
        fc.integer({ min: 50_001, max: 20_000_000 }),
        fc.integer({ min: 0, max: 10_000_000 }),
        (from, to, cap) => {
          const full = paidBetween(bands, from, to, 1);
          const beyond = costBeyond(bands, from, to, cap);
          if (cap >= full) return expect(beyond.num).toBeLessThan(2 * beyond.den);
          // Paying for all but the rest gives the cap again.
          expect(paidBetween(bands, from * beyond.den, to * beyond.den - beyond.num, beyond.den)).toBe(cap);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('rounding each band and rounding the sum differ by at most a fen a band (J)', () => {
    fc.assert(
      fc.property(fc.nat({ max: 9_000_000 }), (to) => {
        const difference = paidBetween(bands, 0, to, 1) - paidBetweenByBand(bands, 0, to, 1);
        expect(Math.abs(difference)).toBeLessThanOrEqual(2);
      }),
    );
  });
});
