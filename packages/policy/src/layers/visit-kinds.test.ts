import { describe, expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import { billOf, inputOf, yuan } from '../../test/inputs.ts';
import { packText } from '../../test/pack-text.ts';
import { packNamed, packOf } from '../../test/published-packs.ts';
import { checkInput } from '../check/check-input.ts';
import { compute } from '../compute.ts';
import type { PolicyFacts } from '../contract.ts';

const PAYS = (pays: string, more = '') => `    deductible: { assumed: test, per: none }
    payment: { assumed: test, pays: ${pays} }
${more}`;

/** The pool fund's payments in yuan of visits in a row. */
function visits(text: string, bills: readonly (readonly [Partial<PolicyFacts>, number])[]): number[] {
  const pack = packOf(text);
  let accumulators = {};
  return bills.map(([facts, inScope]) => {
    const input = inputOf(facts, [billOf(inScope)], accumulators);
    expect(checkInput(pack, input)).toEqual({ ok: true });
    const result = compute(pack, input);
    accumulators = result.accumulatorsAfter;
    return result.shares.poolFundFen / 100;
  });
}

const outpatient = { visitKind: 'outpatient' } as const;
const chronic = { visitKind: 'chronic' } as const;
const on = (day: string) => ({ settlementDate: localDate(day) });

describe('outpatient', () => {
  test('H1 yearly deductible, ratio and yearly limit', () => {
    const text = packText({
      outpatient: `    deductible: { assumed: test, per: year, filledBy: in-scope, amount: 200 }
    payment: { assumed: test, pays: 60% }
    ceilings: [{ assumed: test, on: payment, amount: 500, counts: [outpatient] }]`,
    });
    expect(
      visits(text, [
        [outpatient, 300],
        [outpatient, 600],
        [outpatient, 600],
      ]),
    ).toEqual([60, 360, 80]);
  });

  test('H2 a lower ratio above a line of the year', () => {
    const text = packText({
      outpatient: `    deductible: { assumed: test, per: none }
    payment: { assumed: test, bandsPer: year, pays: [{ from: 0, to: 20000, pays: 70% }, { from: 20000, pays: 60% }] }`,
    });
    expect(
      visits(text, [
        [outpatient, 15_000],
        [outpatient, 10_000],
      ]),
    ).toEqual([10_500, 6_500]);
  });

  test('H3 the account first, then the own segment, then the shared one', () => {
    const pack = packNamed('shanghai/employee-2025.yaml');
    const facts = { ...outpatient, treatmentPool: '310000' };
    const input = inputOf(facts, [billOf(2_000)], {}, { ownAccountFen: yuan(800), useAccount: true });
    const { shares, deductiblePaidFen } = compute(pack, input);
    expect([shares.ownAccountFen, deductiblePaidFen, shares.poolFundFen, shares.personalCashFen]).toEqual([
      yuan(800),
      yuan(500),
      yuan(490),
      yuan(710),
    ]);
  });

  test('H4 a limit per day and per year', () => {
    const text = packText({
      outpatient: PAYS(
        '60%',
        '    ceilings: [{ assumed: test, on: payment, amount: 40, per: day, counts: [outpatient] }, { assumed: test, on: payment, amount: 100, counts: [outpatient] }]',
      ),
    });
    expect(
      visits(text, [
        [{ ...outpatient, ...on('2025-03-01') }, 50],
        [{ ...outpatient, ...on('2025-03-01') }, 50],
        [{ ...outpatient, ...on('2025-03-02') }, 90],
        [{ ...outpatient, ...on('2025-03-03') }, 90],
      ]),
    ).toEqual([30, 10, 40, 20]);
  });

  test('H5 a limit per month', () => {
    const text = packText({
      outpatient: PAYS(
        '100%',
        '    ceilings: [{ assumed: test, on: payment, amount: 50, per: month, counts: [outpatient] }]',
      ),
    });
    expect(
      visits(text, [
        [{ ...outpatient, ...on('2025-03-01') }, 40],
        [{ ...outpatient, ...on('2025-03-31') }, 40],
        [{ ...outpatient, ...on('2025-04-01') }, 40],
      ]),
    ).toEqual([40, 10, 40]);
  });

  test('H5 a limit per quarter', () => {
    const text = packText({
      outpatient: PAYS(
        '100%',
        '    ceilings: [{ assumed: test, on: payment, amount: 50, per: quarter, counts: [outpatient] }]',
      ),
    });
    expect(
      visits(text, [
        [{ ...outpatient, ...on('2025-01-01') }, 40],
        [{ ...outpatient, ...on('2025-03-31') }, 40],
        [{ ...outpatient, ...on('2025-04-01') }, 40],
      ]),
    ).toEqual([40, 10, 40]);
  });

  test('H6 only at the chosen institution', () => {
    const text = packText({ outpatient: PAYS('{ by: chosen, yes: 70%, no: 0% }') });
    expect(
      visits(text, [
        [{ ...outpatient, isChosenInstitution: true }, 100],
        [{ ...outpatient, isChosenInstitution: false }, 100],
      ]),
    ).toEqual([70, 0]);
  });

  test('H11 essential drugs: 80 % becomes 88 % in primary care, and nothing changes for a stay', () => {
    const pack = packNamed('guangzhou/employee-2025.yaml');
    const bill = [billOf(100, { group: 'essential-medicine' })];
    const facts = { hospitalLevel: 'community', treatmentPool: '440100' } as const;
    expect(compute(pack, inputOf({ ...facts, ...outpatient }, bill)).shares.poolFundFen).toBe(8_800);
  });
});

describe('chronic disease', () => {
  const diseases = 'diseases:\n  dialysis: [M07801]\n  hypertension: [M03900]\n  rejection: [M08300]';
  const dialysis = { ...chronic, diseaseCode: 'M07801' };
  const hypertension = { ...chronic, diseaseCode: 'M03900' };

  test('H7 a yearly limit of each disease', () => {
    const text = packText({
      before: diseases,
      chronic: PAYS(
        '80%',
        '    diseaseLimit: { assumed: test, per: year, amount: { by: disease, dialysis: 1000, hypertension: 100, other: 0 } }',
      ),
    });
    expect(
      visits(text, [
        [dialysis, 1_000],
        [hypertension, 1_000],
        [dialysis, 1_000],
      ]),
    ).toEqual([800, 100, 200]);
  });

  test('H7 several diseases share the highest limit plus so much for each further one', () => {
    const text = packText({
      before: diseases,
      chronic: PAYS(
        '80%',
        '    diseaseLimit: { assumed: test, per: year, several: { each: 200 }, amount: { by: disease, dialysis: 1000, hypertension: 100, other: 0 } }',
      ),
    });
    const chronicDiseases = ['M07801', 'M03900'];
    expect(
      visits(text, [
        [{ ...hypertension, chronicDiseases }, 1_000],
        [{ ...dialysis, chronicDiseases }, 1_000],
      ]),
    ).toEqual([800, 400]);
  });

  test('H7 a quarterly limit of each disease', () => {
    const text = packText({
      before: diseases,
      chronic: PAYS(
        '80%',
        '    diseaseLimit: { assumed: test, per: quarter, amount: { by: disease, dialysis: 1000, other: 0 } }',
      ),
    });
    expect(
      visits(text, [
        [{ ...dialysis, ...on('2025-01-02') }, 1_000],
        [{ ...dialysis, ...on('2025-03-31') }, 1_000],
        [{ ...dialysis, ...on('2025-04-01') }, 1_000],
      ]),
    ).toEqual([800, 200, 800]);
  });

  test('H8 a monthly limit that falls with the months since approval', () => {
    const text = packText({
      before: diseases,
      chronic: PAYS(
        '100%',
        '    diseaseLimit: { assumed: test, per: month, amount: { by: months, 0-12: 7600, 12-24: 6200, 24+: 5400 } }',
      ),
    });
    const rejection = { ...chronic, diseaseCode: 'M08300' };
    expect(
      visits(text, [
        [{ ...rejection, monthsSinceApproval: 11, ...on('2025-03-01') }, 9_000],
        [{ ...rejection, monthsSinceApproval: 12, ...on('2025-04-01') }, 9_000],
        [{ ...rejection, monthsSinceApproval: 12, ...on('2025-04-09') }, 9_000],
      ]),
    ).toEqual([7_600, 6_200, 0]);
  });

  test('H9 a special disease as a stay: same ratios and ceiling, one deductible a year', () => {
    const text = packText({
      inpatient: `    deductible: { assumed: test, per: stay, amount: 800 }
    payment: { assumed: test, pays: 80% }
    ceilings: [{ assumed: test, on: payment, amount: 10000, counts: [inpatient, chronic] }]`,
      chronic: `    sameAs: inpatient
    deductible: { assumed: test, per: year, filledBy: paid, amount: 1300 }`,
    });
    expect(
      visits(text, [
        [chronic, 5_000],
        [{}, 5_000],
        [chronic, 5_000],
      ]),
    ).toEqual([2_960, 3_360, 3_680]);
  });
});

describe('maternity and fixed prices', () => {
  test('I1 a lump sum: what it cost, at most the sum; half for a husband’s insurance', () => {
    const pack = packNamed('xian/employee-2017.yaml');
    const pool = (diseaseCode: string, inScope: number, groups: string[] = []) =>
      compute(
        pack,
        inputOf({ visitKind: 'maternity', diseaseCode, groups }, [billOf(inScope, { selfPaid: 500 })]),
      ).shares.poolFundFen / 100;
    expect([pool('O82', 9_000), pool('O80', 3_000), pool('O82', 9_000, ['spouse-insured'])]).toEqual([
      6_000, 3_500, 3_000,
    ]);
  });

  test('I2 a fixed price: the person pays a share of the price, the hospital bears what goes beyond', () => {
    const pack = packOf(
      packText({ inpatient: '    fixedPrice: { assumed: test, price: 10000, personalShare: 20% }' }),
    );
    const shares = (inScope: number) => {
      const result = compute(pack, inputOf({}, [billOf(inScope)])).shares;
      return [result.poolFundFen, result.hospitalPartFen, result.personalCashFen].map((fen) => fen / 100);
    };
    expect([shares(13_000), shares(9_000), shares(1_500)]).toEqual([
      [8_000, 3_000, 2_000],
      [7_000, 0, 2_000],
      [0, 0, 1_500],
    ]);
  });
});
