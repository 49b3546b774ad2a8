import { describe, expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import { billOf, inputOf, yuan } from '../../test/inputs.ts';
import { type PackSections, packText } from '../../test/pack-text.ts';
import { packOf } from '../../test/published-packs.ts';
import { compute } from '../compute.ts';
import type { PolicyFacts } from '../contract.ts';

const LEVELS = '{ by: level, community|L1: 200, L2: 500, L3|provincial: 800 }';

/** Deductibles in yuan of stays in a row, each with its facts. */
function deductibles(
  deductible: string,
  stays: readonly Partial<PolicyFacts>[],
  more: PackSections = {},
): number[] {
  const pack = packOf(
    packText({
      inpatient: `    deductible: { assumed: test, ${deductible} }\n    payment: { assumed: test, pays: 80% }`,
      ...more,
    }),
  );
  let accumulators = {};
  return stays.map((facts) => {
    const result = compute(pack, inputOf(facts, [billOf(10_000)], accumulators));
    accumulators = result.accumulatorsAfter;
    return result.deductiblePaidFen / 100;
  });
}

const L1 = { hospitalLevel: 'L1' } as const;
const L2 = { hospitalLevel: 'L2' } as const;
const L3 = { hospitalLevel: 'L3' } as const;

describe('deductible', () => {
  test.each([
    ['B1 by level', `per: stay, amount: ${LEVELS}`, [L1, L2, L3], [200, 500, 800]],
    [
      'B2 factors',
      `per: stay, amount: 1300, laterStays: { counts: all, factors: [100%, 50%, 30%] }`,
      [L3, L3, L3, L3],
      [1300, 650, 390, 390],
    ],
    [
      'B3 step with floor',
      `per: stay, amount: 400, laterStays: { counts: all, step: { off: 100, atLeast: 160 } }`,
      [L3, L3, L3, L3],
      [400, 300, 200, 160],
    ],
    [
      'B4 share step with floor',
      `per: stay, amount: 880, laterStays: { counts: all, shareStep: { off: 10%, atLeast: 620 } }`,
      [L3, L3, L3, L3, L3],
      [880, 792, 704, 620, 620],
    ],
    [
      'B5 other amounts',
      `per: stay, amount: 800, laterStays: { counts: all, amounts: [270, 100] }`,
      [L3, L3, L3, L3],
      [800, 270, 100, 100],
    ],
    [
      'B6 none from the third',
      `per: stay, amount: 500, laterStays: { counts: all, factors: [100%, 50%, 0%] }`,
      [L3, L3, L3],
      [500, 250, 0],
    ],
    [
      'B7 once a year at the highest level',
      `per: year, filledBy: paid, amount: ${LEVELS}`,
      [L1, L3, L2],
      [200, 600, 0],
    ],
    [
      'B8 cumulative over the year',
      `per: year, filledBy: paid, amount: { by: person, active: 1500, retired: 1200 }`,
      [{}, { personClass: 'retired' as const }],
      [1500, 0],
    ],
    ['B9 year sum capped', `per: stay, amount: 800, yearCap: 2000`, [L3, L3, L3, L3], [800, 800, 400, 0]],
    [
      'B10 counted at the same level',
      `per: stay, amount: ${LEVELS}, laterStays: { counts: same-level, factors: [100%, 50%] }`,
      [L3, L2, L3, L2],
      [800, 500, 400, 250],
    ],
    [
      'B10 counted in the same hospital',
      `per: stay, amount: 800, laterStays: { counts: same-institution, factors: [100%, 50%] }`,
      [{ staysInInstitution: 0 }, { staysInInstitution: 1 }],
      [800, 400],
    ],
    [
      'B11 floor after combining',
      `per: stay, amount: ${LEVELS}, laterStays: { counts: all, compound: yes, factors: [100%, 75%, 50%] }, atLeast: 150`,
      [L2, L3, L1],
      [500, 600, 150],
    ],
    [
      'B12 waived',
      `per: stay, amount: 800, waived: { by: kind, psychiatric: yes, other: no }`,
      [{ hospitalKind: 'psychiatric' as const }, L3],
      [0, 800],
    ],
    [
      'B12 by age',
      `per: stay, amount: 800, waived: { by: age, 0-90: no, 90+: yes }`,
      [{ ageYears: 89 }, { ageYears: 90 }],
      [800, 0],
    ],
    [
      'B15 half for a class',
      `per: stay, amount: 800, factors: [{ by: person, active: 100%, retired: 65% }]`,
      [{}, { personClass: 'retired' as const }],
      [800, 520],
    ],
    [
      'B16 doubled away',
      `per: stay, amount: 500, factors: [{ by: place, home: 100%, other: 200% }]`,
      [{}, { treatmentPool: '110000' }],
      [500, 1000],
    ],
    [
      'B17 share of the bill, at least',
      `per: stay, amount: { share: 20%, of: total, atLeast: 2000, atMost: 10000 }`,
      [L3],
      [2000],
    ],
    [
      'B24 low use last year',
      `per: stay, amount: { by: group, low-use-last-year: 500, other: 800 }`,
      [{ groups: ['low-use-last-year'] }, {}],
      [500, 800],
    ],
  ])('%s', (_, deductible, stays, expected) => {
    expect(deductibles(deductible, stays)).toEqual(expected);
  });

  test('B12 once a year for a disease', () => {
    const before = 'diseases:\n  dialysis: [M07801]';
    const rule = 'per: stay, amount: 800, firstStayOnly: { by: disease, dialysis: yes, other: no }';
    const dialysis = { diseaseCode: 'M07801' };
    expect(deductibles(rule, [dialysis, dialysis, {}], { before })).toEqual([800, 0, 800]);
  });

  test.each([
    ['next day upward: the difference', L3, '2025-02-02', 300],
    ['next day downward: none', L1, '2025-02-02', 0],
    ['two days later: in full', L3, '2025-02-03', 800],
  ] as const)('B13 transfer, %s', (_, level, admission, expected) => {
    const rule = `per: stay, amount: ${LEVELS}, transfer: { withinDays: 1, upward: difference, downward: none }`;
    const facts = {
      ...level,
      admissionDate: localDate(admission),
      transferredFrom: {
        level: 'L2' as const,
        dischargeDate: localDate('2025-02-01'),
        deductibleFen: yuan(500),
      },
    };
    expect(deductibles(rule, [facts])).toEqual([expected]);
  });

  test.each([
    ['2025-03-31', 1000],
    ['2025-04-01', 1000],
    ['2025-04-02', 2000],
  ])('B14 a stay from 1 January to %s with one more per 90 days: %i', (discharge, expected) => {
    const facts = { admissionDate: localDate('2025-01-01'), dischargeDate: localDate(discharge) };
    expect(deductibles('per: stay, amount: 1000, longStay: { days: 90 }', [facts])).toEqual([expected]);
  });

  test('B18 a share of the average wage', () => {
    const before = 'indexes:\n  averageWage: { assumed: test, amount: 8084, year: 2007 }';
    expect(deductibles('per: stay, amount: { share: 5%, of: averageWage }', [{}], { before })).toEqual([
      404.2,
    ]);
  });

  test('B19 a yearly outpatient deductible filled by cost', () => {
    const outpatient = `    deductible: { assumed: test, per: year, filledBy: in-scope, amount: 1800 }
    payment: { assumed: test, pays: 70% }`;
    const pack = packOf(packText({ outpatient }));
    const facts = { visitKind: 'outpatient' } as const;
    const first = compute(pack, inputOf(facts, [billOf(1000)]));
    const second = compute(pack, inputOf(facts, [billOf(1000)], first.accumulatorsAfter));
    expect([first.deductiblePaidFen, second.deductiblePaidFen, second.shares.poolFundFen]).toEqual([
      100_000, 80_000, 14_000,
    ]);
  });

  test('B20 per month, off the payment after the ratio (B22)', () => {
    const chronic = `    deductible: { assumed: test, per: month, amount: 100, taken: after-ratio }
    payment: { assumed: test, pays: 75% }`;
    const pack = packOf(packText({ chronic }));
    let accumulators = {};
    const paid = ['2025-03-01', '2025-03-20', '2025-04-01'].map((day) => {
      const facts = { visitKind: 'chronic', settlementDate: localDate(day) } as const;
      const result = compute(pack, inputOf(facts, [billOf(200)], accumulators));
      accumulators = result.accumulatorsAfter;
      return [result.deductiblePaidFen / 100, result.shares.poolFundFen / 100];
    });
    expect(paid).toEqual([
      [100, 50],
      [0, 150],
      [100, 50],
    ]);
  });
});
