import { describe, expect, test } from '@jest/globals';
import { billOf, inputOf, yuan } from '../../test/inputs.ts';
import { packText } from '../../test/pack-text.ts';
import { packOf } from '../../test/published-packs.ts';
import { compute } from '../compute.ts';
import type { PolicyFacts, PolicyResult } from '../contract.ts';
import { settleYearEnd } from '../year-end.ts';

const INPATIENT = `    deductible: { assumed: test, per: stay, amount: 1000 }
    payment: { assumed: test, pays: 50% }`;
const CAPPED = `${INPATIENT}
    ceilings: [{ assumed: test, on: payment, amount: 20000, counts: [inpatient] }]`;

function settle(
  layers: string,
  options: {
    readonly inpatient?: string;
    readonly facts?: Partial<PolicyFacts>;
    readonly accumulators?: Record<string, number>;
    readonly inScope?: number;
    readonly selfPaid?: number;
    readonly account?: string;
    readonly balance?: number;
    readonly scheme?: 'employee' | 'resident';
  } = {},
): PolicyResult {
  const pack = packOf(
    packText({
      layers: `\n${layers}`,
      inpatient: options.inpatient ?? INPATIENT,
      scheme: options.scheme ?? 'employee',
      account: options.account ?? '',
    }),
  );
  const bill = billOf(options.inScope ?? 101_000, { selfPaid: options.selfPaid ?? 0 });
  const balance = { useAccount: options.balance !== undefined, ownAccountFen: yuan(options.balance ?? 0) };
  return compute(pack, inputOf(options.facts ?? {}, [bill], options.accumulators ?? {}, balance));
}

const layer = (name: string, fund: string, rest: string) =>
  `  - { name: ${name}, assumed: test, fund: ${fund}, visits: [inpatient], ${rest} }`;
const serious = (rest: string, base = '[copay, deductible, overCeiling]') =>
  layer('seriousIllness', 'seriousIllness', `base: ${base}, ${rest}`);

// 101,000 in scope: deductible 1,000, pool 50,000, co-pay 50,000.
describe('second layer', () => {
  test.each([
    [
      'F3a bands from zero',
      'per: year, yearly: increment, threshold: 11000, bandsFrom: zero, pays: [{ from: 0, to: 30000, pays: 60% }, { from: 30000, pays: 70% }]',
      11_400 + 14_700,
    ],
    [
      'F3b bands from the threshold',
      'per: year, yearly: increment, threshold: 11000, bandsFrom: threshold, pays: [{ from: 0, to: 30000, pays: 60% }, { from: 30000, pays: 70% }]',
      18_000 + 7_000,
    ],
    [
      'below the threshold',
      'per: year, yearly: increment, threshold: 60000, bandsFrom: threshold, pays: 60%',
      0,
    ],
    ['F8 no threshold', 'per: stay, pays: 60%', 30_600],
    ['F11 own ceiling', 'per: stay, pays: 60%, ceiling: { amount: 30000 }', 30_000],
    [
      'F12 bands on this stay',
      'per: stay, pays: [{ from: 0, to: 10000, pays: 77% }, { from: 10000, to: 30000, pays: 80% }, { from: 30000, to: 50000, pays: 85% }, { from: 50000, pays: 90% }]',
      7_700 + 16_000 + 17_000 + 900,
    ],
  ])('%s', (_, rule, expected) => {
    expect(settle(serious(rule)).shares.seriousIllnessFen).toBe(yuan(expected));
  });

  test.each([
    ['with the deductible', '[copay, deductible]', 51_000],
    ['without it', '[copay]', 50_000],
  ])('F4 what enters the base: %s', (_, base, expected) => {
    const result = settle(serious('per: year, yearly: increment, pays: 60%', base));
    expect(result.accumulatorsAfter.seriousIllnessBaseFen).toBe(yuan(expected));
    expect(result.shares.seriousIllnessFen).toBe(yuan(expected * 0.6));
  });

  test('F7 the threshold counts once a year', () => {
    const rule = serious('per: year, yearly: increment, threshold: 60000, bandsFrom: threshold, pays: 60%');
    const first = settle(rule);
    const second = settle(rule, { accumulators: first.accumulatorsAfter as Record<string, number> });
    expect([first.shares.seriousIllnessFen, second.shares.seriousIllnessFen]).toEqual([0, yuan(25_200)]);
  });

  test('the year less what was paid makes up for an earlier stay, the increment does not (F3)', () => {
    const accumulators = { seriousIllnessBaseFen: yuan(20_000), seriousIllnessPaidFen: 0 };
    expect(
      settle(serious('per: year, yearly: less-paid, pays: 60%'), { accumulators }).shares.seriousIllnessFen,
    ).toBe(yuan(42_600));
    expect(
      settle(serious('per: year, yearly: increment, pays: 60%'), { accumulators }).shares.seriousIllnessFen,
    ).toBe(yuan(30_600));
  });

  test('F1 large amount on over-ceiling cost, F9 serious illness on what it leaves', () => {
    const rule = [
      layer('largeAmount', 'largeAmount', 'base: [overCeiling], per: year, yearly: increment, pays: 90%'),
      serious(
        'per: year, yearly: increment, threshold: 5000, bandsFrom: threshold, pays: 60%',
        '[copay, overCeiling]',
      ),
    ].join('\n');
    const { shares } = settle(rule, { inpatient: CAPPED });
    // 20,000 of payment consume 40,000 of cost; 60,000 lie over the ceiling.
    expect(shares.largeAmountFen).toBe(yuan(54_000));
    expect(shares.seriousIllnessFen).toBe(yuan((20_000 + 6_000 - 5_000) * 0.6));
  });

  test('E4 one ceiling for basic plus large amount', () => {
    const rule = layer(
      'largeAmount',
      'largeAmount',
      'base: [overCeiling], per: year, yearly: increment, pays: 90%, ceiling: { amount: 50000, sharedWith: [pool] }',
    );
    expect(settle(rule, { inpatient: CAPPED }).shares.largeAmountFen).toBe(yuan(30_000));
  });

  test('F5 another ratio for over-ceiling cost', () => {
    const rule = [
      serious('per: year, yearly: increment, pays: 60%', '[copay]'),
      layer(
        'seriousIllnessOver',
        'seriousIllness',
        'base: [overCeiling], per: year, yearly: increment, pays: 90%',
      ),
    ].join('\n');
    expect(settle(rule, { inpatient: CAPPED }).shares.seriousIllnessFen).toBe(yuan(12_000 + 54_000));
  });

  test('F6 tilt for a group: half the threshold, five points, no ceiling', () => {
    const rule = serious(
      'per: year, yearly: increment, threshold: { by: group, aid-recipient: 8450.5, other: 16901 }, bandsFrom: threshold, pays: 60%, adjust: [{ points: { by: group, aid-recipient: 5, other: 0 } }], ceiling: { amount: { by: group, aid-recipient: none, other: 20000 } }',
    );
    expect(settle(rule).shares.seriousIllnessFen).toBe(yuan(20_000));
    expect(settle(rule, { facts: { groups: ['aid-recipient'] } }).shares.seriousIllnessFen).toBe(2_765_718);
  });

  test('D8 the filing class also on the second layer', () => {
    const rule = serious('per: stay, pays: { by: class, LOCAL: 85%, REDUCED_A: 75%, REDUCED_B: 65% }');
    expect(settle(rule, { facts: { ratioClass: 'REDUCED_B' } }).shares.seriousIllnessFen).toBe(yuan(33_150));
  });

  test('F10 a yearly batch pays nothing at the visit and the whole at the end of the year', () => {
    const text = packText({
      inpatient: INPATIENT,
      layers: `\n${serious('per: year, yearly: increment, threshold: 30404, bandsFrom: threshold, pays: [{ from: 0, to: 50000, pays: 60% }, { from: 50000, pays: 70% }], paid: at-year-end')}`,
    });
    const pack = packOf(text);
    const input = inputOf({}, [billOf(101_000)]);
    const first = compute(pack, input);
    expect(first.shares.seriousIllnessFen).toBe(0);
    const second = compute(pack, { ...input, accumulators: first.accumulatorsAfter });
    const end = settleYearEnd(pack, input.facts, second.accumulatorsAfter);
    expect(end.payments).toEqual([
      {
        layer: 'seriousIllness',
        fund: 'seriousIllness',
        baseFen: yuan(102_000),
        paidFen: yuan(30_000 + 15_117.2),
      },
    ]);
    expect(settleYearEnd(pack, input.facts, end.accumulatorsAfter).payments[0]?.paidFen).toBe(0);
  });
});

describe('paid at the end of the year', () => {
  test('G9 what lies above a tenth of the year’s in-scope cost', () => {
    const rule = layer(
      'tiltAid',
      'medicalAid',
      'base: [copay, deductible], per: year, yearly: increment, threshold: { share: 10%, of: in-scope }, bandsFrom: threshold, pays: 100%, paid: at-year-end',
    );
    const pack = packOf(packText({ inpatient: INPATIENT, layers: `\n${rule}` }));
    const input = inputOf({}, [billOf(11_000)]);
    const first = compute(pack, input);
    const second = compute(pack, { ...input, accumulators: first.accumulatorsAfter });
    // Two stays of 11,000 with 1,000 + 5,000 borne each: 12,000 less a tenth of 22,000.
    expect(settleYearEnd(pack, input.facts, second.accumulatorsAfter).payments[0]?.paidFen).toBe(yuan(9_800));
  });
});

describe('high-value drugs', () => {
  test('A8 prepay, then the basic ratio, then a fixed share of the rest from serious illness', () => {
    const pack = packOf(
      packText({
        before:
          'itemGroups:\n  high-value: { assumed: test, prepay: 15%, singleLine: { pays: 50%, entersYear: yes } }',
        inpatient: INPATIENT,
        layers: `\n${layer('seriousIllness', 'seriousIllness', 'base: [sideCopay], per: stay, pays: 20%')}`,
      }),
    );
    const { shares } = compute(pack, inputOf({}, [billOf(20_000, { group: 'high-value' })]));
    expect([shares.poolFundFen, shares.seriousIllnessFen, shares.personalCashFen]).toEqual([
      yuan(8_500),
      yuan(1_700),
      yuan(9_800),
    ]);
  });
});

describe('groups after the second layer', () => {
  const civil = 'for: { by: group, civil-servant: yes, other: no }';
  const facts = { groups: ['civil-servant'] };

  test('G1 a share of the personal part below the ceiling, all of it above', () => {
    const rule = [
      layer(
        'civilServant',
        'civilServant',
        `${civil}, base: [copay], per: stay, pays: { by: person, active: 90%, retired: 95% }`,
      ),
      layer('civilServantOver', 'civilServant', `${civil}, base: [overCeiling], per: stay, pays: 100%`),
    ].join('\n');
    expect(settle(rule, { inpatient: CAPPED, facts }).shares.civilServantFen).toBe(yuan(18_000 + 60_000));
    expect(settle(rule, { inpatient: CAPPED }).shares.civilServantFen).toBe(0);
  });

  test('G2 a share of the deductible that the account has left', () => {
    const rule = layer(
      'civilServantDeductible',
      'civilServant',
      `${civil}, base: [deductible], per: stay, pays: 80%, afterAccount: yes`,
    );
    const account = 'account: { assumed: test, pays: [deductible] }';
    const { shares } = settle(rule, { facts, account, balance: 400 });
    expect([shares.ownAccountFen, shares.civilServantFen]).toEqual([yuan(400), yuan(480)]);
  });

  test('G3 a yearly maximum of the personal burden', () => {
    const rule = layer(
      'civilServant',
      'civilServant',
      `${civil}, base: [copay, deductible], per: year, yearly: increment, threshold: { by: person, active: 1000, retired: 800 }, bandsFrom: threshold, pays: 100%`,
    );
    expect(settle(rule, { facts }).shares.personalCashFen).toBe(yuan(1_000));
  });

  test('G4 own 500 once a year, then 90 %', () => {
    const rule = layer(
      'civilServant',
      'civilServant',
      `${civil}, base: [copay, deductible], per: year, yearly: increment, threshold: 500, bandsFrom: threshold, pays: 90%`,
    );
    expect(settle(rule, { facts }).shares.civilServantFen).toBe(yuan(45_450));
  });

  test('G5 above a share of the salary', () => {
    const rule = layer(
      'civilServant',
      'civilServant',
      `${civil}, base: [copay, deductible], per: year, yearly: increment, threshold: { share: 10%, of: salary }, bandsFrom: threshold, pays: 100%`,
    );
    const salaried = { ...facts, yearlySalaryFen: yuan(100_000) };
    expect(settle(rule, { facts: salaried }).shares.civilServantFen).toBe(yuan(41_000));
  });

  test('G7 medical aid above a threshold by group, with a yearly limit', () => {
    const rule = layer(
      'medicalAid',
      'medicalAid',
      'base: [copay, deductible], per: year, yearly: increment, threshold: { by: group, orphan|aid-recipient: 0, other: 3000 }, bandsFrom: threshold, pays: { by: group, orphan: 100%, aid-recipient: 80%, other: 70% }, ceiling: { amount: 40000 }',
    );
    const aid = (groups: string[]) => settle(rule, { facts: { groups } }).shares.medicalAidFen;
    expect([aid(['orphan']), aid([]), aid(['aid-recipient'])]).toEqual([
      yuan(40_000),
      yuan(33_600),
      yuan(40_000),
    ]);
  });

  test('G9 a burden above a share of the in-scope cost', () => {
    const rule = layer(
      'tiltAid',
      'medicalAid',
      'base: [copay, deductible], per: stay, threshold: { share: 10%, of: in-scope }, bandsFrom: threshold, pays: 100%',
    );
    expect(settle(rule).shares.personalCashFen).toBe(yuan(10_100));
  });

  test('each layer reads only what the one before left, whatever the ratios', () => {
    const rule = [
      serious('per: stay, pays: 100%'),
      layer('medicalAid', 'medicalAid', 'base: [copay, deductible, overCeiling], per: stay, pays: 100%'),
    ].join('\n');
    const { shares, layers } = settle(rule, { selfPaid: 7 });
    expect([shares.seriousIllnessFen, shares.medicalAidFen, shares.personalCashFen]).toEqual([
      yuan(51_000),
      0,
      700,
    ]);
    expect(layers.at(-1)?.layer).toBe('seriousIllness');
  });
});

describe('account and cash', () => {
  const account = 'account: { assumed: test, pays: [deductible, copay] }';

  test('own account before the family account, then cash; a balance too small is a note', () => {
    const pack = packOf(packText({ inpatient: INPATIENT, account }));
    const balances = { ownAccountFen: yuan(600), familyAccountFen: yuan(300), useAccount: true };
    const { shares, notes } = compute(pack, inputOf({}, [billOf(3_000, { selfPaid: 50 })], {}, balances));
    expect([shares.ownAccountFen, shares.familyAccountFen, shares.personalCashFen]).toEqual([
      yuan(600),
      yuan(300),
      yuan(3_050 - 1_000 - 900),
    ]);
    expect(notes).toEqual(['ACC-BALANCE']);
  });

  test('the account pays nothing when the person does not want it to', () => {
    const pack = packOf(packText({ inpatient: INPATIENT, account }));
    const balances = { ownAccountFen: yuan(600), useAccount: false };
    const { shares, notes } = compute(pack, inputOf({}, [billOf(3_000)], {}, balances));
    expect([shares.ownAccountFen, notes]).toEqual([0, []]);
  });
});
