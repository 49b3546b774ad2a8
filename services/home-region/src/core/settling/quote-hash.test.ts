import { expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import { fen, NO_SHARES } from '@yijie/money';
import type { PolicyInput, PolicyResult } from '@yijie/policy';
import { quoteHash } from './quote-hash.ts';

const part = {
  totalFen: fen(100),
  selfPaidFen: fen(0),
  overLimitFen: fen(0),
  prepaySelfFen: fen(0),
  inScopeFen: fen(100),
};
const input: PolicyInput = {
  facts: {
    scheme: 'employee',
    personClass: 'active',
    ageYears: 40,
    insuredYears: 10,
    groups: ['civil-servant'],
    visitKind: 'inpatient',
    hospitalLevel: 'L3',
    hospitalKind: 'general',
    ratioClass: 'REDUCED_A',
    admissionDate: localDate('2025-03-01'),
    dischargeDate: localDate('2025-03-09'),
    settlementDate: localDate('2025-03-09'),
    treatmentPool: '410100',
  },
  groups: [{ group: '', ...part }],
  accumulators: { inpatientStays: 1, inpatientFundFen: 500 },
  account: { ownAccountFen: fen(10), familyAccountFen: fen(0), useAccount: true },
};
const result: PolicyResult = {
  totalFen: fen(100),
  layers: [],
  shares: { ...NO_SHARES, poolFundFen: fen(60), personalCashFen: fen(40) },
  deductiblePaidFen: fen(0),
  accumulatorsAfter: {},
  notes: [],
  policyVersion: 'p@2025',
};
const visitId = new Uint8Array(16);
const base = quoteHash('person', visitId, input, result).toString('hex');

test.each([
  ['another person', 'other', input, result],
  ['another class', 'person', { ...input, facts: { ...input.facts, ratioClass: 'REDUCED_B' } }, result],
  ['an older person', 'person', { ...input, facts: { ...input.facts, ageYears: 41 } }, result],
  ['another group of persons', 'person', { ...input, facts: { ...input.facts, groups: [] } }, result],
  [
    'a moved accumulator',
    'person',
    { ...input, accumulators: { ...input.accumulators, inpatientStays: 2 } },
    result,
  ],
  ['a moved account', 'person', { ...input, account: { ...input.account, ownAccountFen: fen(9) } }, result],
  [
    'the account left alone',
    'person',
    { ...input, account: { ...input.account, useAccount: false } },
    result,
  ],
  ['another bill', 'person', { ...input, groups: [{ group: 'TCM', ...part }] }, result],
  ['another policy', 'person', input, { ...result, policyVersion: 'p@2026' }],
  [
    'other shares',
    'person',
    input,
    { ...result, shares: { ...result.shares, poolFundFen: fen(59), personalCashFen: fen(41) } },
  ],
] as [string, string, PolicyInput, PolicyResult][])('%s is another quote', (_, person, changed, outcome) => {
  expect(quoteHash(person, visitId, changed, outcome).toString('hex')).not.toBe(base);
});

test('the order of names, names back at 0 and the day of settlement change nothing', () => {
  const same: PolicyInput = {
    ...input,
    facts: { ...input.facts, settlementDate: localDate('2025-03-10') },
    accumulators: { inpatientFundFen: 500, medicalAidPaidFen: 0, inpatientStays: 1 },
  };
  expect(quoteHash('person', visitId, same, result).toString('hex')).toBe(base);
});
