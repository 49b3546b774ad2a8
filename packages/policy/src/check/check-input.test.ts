import { describe, expect, test } from '@jest/globals';
import { billOf, inputOf, yuan } from '../../test/inputs.ts';
import { packNamed } from '../../test/published-packs.ts';
import { compute } from '../compute.ts';
import type { PolicyInput } from '../contract.ts';
import { checkInput } from './check-input.ts';

const pack = packNamed('changsha/employee-2025.yaml');
const good = inputOf({ treatmentPool: '410100' }, [billOf(1_000)]);
const withFacts = (changed: object): PolicyInput => ({ ...good, facts: { ...good.facts, ...changed } });
const withBill = (changed: object): PolicyInput => ({ ...good, groups: [{ ...billOf(1_000), ...changed }] });

describe('an input that the pack cannot compute is refused with its field', () => {
  test('a good one passes', () => {
    expect(checkInput(pack, good)).toEqual({ ok: true });
  });

  test.each([
    ['another scheme', withFacts({ scheme: 'resident', personClass: 'resident' }), 'facts.scheme'],
    ['a person class of the other scheme', withFacts({ personClass: 'child' }), 'facts.personClass'],
    ['an unknown level', withFacts({ hospitalLevel: 'L9' }), 'facts.hospitalLevel'],
    ['an unknown class', withFacts({ ratioClass: 'BEST' }), 'facts.ratioClass'],
    ['an age below zero', withFacts({ ageYears: -1 }), 'facts.ageYears'],
    ['half a year', withFacts({ insuredYears: 1.5 }), 'facts.insuredYears'],
    ['a day that does not exist', withFacts({ settlementDate: '2025-02-30' }), 'facts.settlementDate'],
    ['a pool of five digits', withFacts({ treatmentPool: '41010' }), 'facts.treatmentPool'],
    ['a visit kind without policy', withFacts({ visitKind: 'maternity' }), 'visits.maternity'],
    ['no bill', { ...good, groups: [] }, 'groups'],
    ['parts that do not add up', withBill({ totalFen: yuan(1_001) }), 'groups.0.totalFen'],
    ['a negative part', withBill({ selfPaidFen: yuan(-1), totalFen: yuan(999) }), 'groups.0'],
    ['half a fen', withBill({ inScopeFen: 0.5, totalFen: 0.5 }), 'groups.0'],
    ['more than a hundred million yuan', withBill({ inScopeFen: 1e10 + 1, totalFen: 1e10 + 1 }), 'groups'],
    ['a misspelt counter', { ...good, accumulators: { inpatientStay: 1 } }, 'accumulators.inpatientStay'],
    ['a negative counter', { ...good, accumulators: { inpatientStays: -1 } }, 'accumulators.inpatientStays'],
    [
      'a negative balance',
      { ...good, account: { ...good.account, ownAccountFen: yuan(-1) } },
      'account.ownAccountFen',
    ],
  ])('%s', (_, input, field) => {
    const checked = checkInput(pack, input);
    expect(checked.ok ? '' : `${checked.code} ${checked.values.field}`).toBe(`POL-INPUT ${field}`);
  });

  test('a value that the region does not publish is a refusal, and an invariant if computed all the same', () => {
    const guangzhou = packNamed('guangzhou/resident-2025.yaml');
    const input = inputOf(
      { scheme: 'resident', personClass: 'resident', hospitalLevel: 'L2', treatmentPool: '440100' },
      [billOf(1_000)],
    );
    expect(checkInput(guangzhou, input)).toEqual({
      ok: false,
      code: 'POL-INPUT',
      values: {
        field: 'visits.inpatient.deductible.amount',
        value: 'inpatient resident L2 general LOCAL home',
      },
    });
    expect(() => compute(guangzhou, input)).toThrow(
      'the pack has no value for visits.inpatient.deductible.amount',
    );
  });
});
