import { describe, expect, test } from '@jest/globals';
import { type Instant, localDate } from '@yijie/calendar';
import type { FilingType } from '@yijie/codes';
import type { Filing } from '@yijie/filing';
import type { Member } from '../members/member.ts';
import { type ChronicQualification, NO_BENEFITS, type PersonBenefits } from './benefits.ts';
import type { VisitFacts } from './command.ts';
import { type EligibilityQuestion, eligibilityOf, servicesDay } from './eligibility.ts';
import { type HomeServices, INPATIENT_ONLY } from './home-services.ts';

const HOSPITAL = 'H41010599901';
const NOON = Date.parse('2025-03-20T04:00:00Z');

const member = (change: Partial<Member> = {}): Member => ({
  personToken: 'p',
  homePool: '430100',
  scheme: 'employee',
  personClass: 'active',
  birthDate: localDate('1980-01-01'),
  insuredStatus: 'ACTIVE',
  insuredFrom: localDate('2010-01-01'),
  contributionYears: 15,
  groups: [],
  ...change,
});
const filing = (type: FilingType, targetRegion = '410100', proof: Filing['proof'] = 'COMPLETE'): Filing => ({
  filingId: type,
  type,
  targetRegion,
  from: localDate('2025-01-01'),
  state: 'EFFECTIVE',
  effectiveAt: 1 as Instant,
  proof,
  channel: 'COUNTER',
});
const visit = (change: Partial<VisitFacts>): VisitFacts => ({
  visitId: new Uint8Array(16),
  kind: 'outpatient',
  admissionDate: localDate('2025-03-20'),
  emergency: false,
  injury: false,
  thirdPartyLiable: false,
  injuryStatementSigned: false,
  paidInFull: false,
  hospitalLevel: 'L3',
  hospitalKind: 'general',
  institutionOpen: true,
  diseaseNotOpen: false,
  institutionSuspended: false,
  ...change,
});
const ALL: HomeServices = { ...INPATIENT_ONLY, opened: ['inpatient', 'outpatient', 'chronic', 'maternity'] };
const LISTED: HomeServices = {
  ...ALL,
  outpatientHospitals: { atMost: 2, notChosen: 'refused', pharmacies: 'free' },
};
const chose = (...institutionCodes: string[]): PersonBenefits => ({
  ...NO_BENEFITS,
  choices: [{ ordinal: 1, from: localDate('2025-03-20'), institutionCodes }],
});
const qualified = (change: Partial<ChronicQualification> = {}): PersonBenefits => ({
  ...NO_BENEFITS,
  qualifications: [
    {
      qualificationId: 'Q1',
      diseaseCode: 'M03900',
      from: localDate('2025-03-20'),
      institutionCodes: [],
      ...change,
    },
  ],
});

type Given = Partial<Omit<EligibilityQuestion, 'visit'>> & { readonly visit?: Partial<VisitFacts> };
const decide = (given: Given) => {
  const { route, row, code, ratioClass } = eligibilityOf({
    member: member(),
    filings: [filing('TM_REFERRAL')],
    benefits: NO_BENEFITS,
    services: ALL,
    treatmentPool: '410100',
    institutionCode: HOSPITAL,
    atMs: NOON,
    ...given,
    visit: visit(given.visit ?? {}),
  });
  return [row, route, code, ratioClass];
};

describe('an ordinary outpatient visit', () => {
  test.each<[string, Given, unknown[]]>([
    ['no list', {}, ['20', 'DIRECT', 'OK', 'REDUCED_A']],
    ['a list, nothing chosen', { services: LISTED }, ['21', 'SELF', 'ORG-NOTCHOSEN', undefined]],
    [
      'chosen from this day',
      { services: LISTED, benefits: chose(HOSPITAL) },
      ['20', 'DIRECT', 'OK', 'REDUCED_A'],
    ],
    [
      'chosen from the next day',
      { services: LISTED, benefits: chose(HOSPITAL), visit: { admissionDate: localDate('2025-03-19') } },
      ['21', 'SELF', 'ORG-NOTCHOSEN', undefined],
    ],
    [
      'another is chosen',
      { services: LISTED, benefits: chose('H2') },
      ['21', 'SELF', 'ORG-NOTCHOSEN', undefined],
    ],
    [
      'a pharmacy is free',
      { services: LISTED, visit: { hospitalKind: 'pharmacy' } },
      ['20', 'DIRECT', 'OK', 'REDUCED_A'],
    ],
    [
      'a pharmacy must be listed',
      {
        services: { ...ALL, outpatientHospitals: { atMost: 1, notChosen: 'refused', pharmacies: 'listed' } },
        visit: { hospitalKind: 'pharmacy' },
      },
      ['21', 'SELF', 'ORG-NOTCHOSEN', undefined],
    ],
    [
      'the policy judges by itself',
      {
        services: { ...ALL, outpatientHospitals: { atMost: 1, notChosen: 'by-policy', pharmacies: 'free' } },
      },
      ['20', 'DIRECT', 'OK', 'REDUCED_A'],
    ],
    ['not opened at home', { services: INPATIENT_ONLY }, ['2a', 'SELF', 'HOME-NOTOPEN', 'HOME_POLICY']],
    [
      'no filing, waived',
      { filings: [], services: { ...ALL, outpatientFilingWaived: true } },
      ['22', 'DIRECT', 'OK-WAIVED', 'HOME_POLICY'],
    ],
    ['no filing', { filings: [] }, ['23', 'HOLD', 'FIL-NONE', undefined]],
    [
      'an emergency without a filing',
      { filings: [], visit: { emergency: true } },
      ['19', 'DIRECT', 'OK-DEEMED', 'REDUCED_A'],
    ],
  ])('%s', (_, given, expected) => expect(decide(given)).toEqual(expected));
});

describe('a chronic visit', () => {
  const hypertension: Partial<VisitFacts> = { kind: 'chronic', chronicDiseaseCode: 'M03900' };
  test.each<[string, Given, unknown[]]>([
    [
      'qualified from this day',
      { benefits: qualified(), visit: hypertension },
      ['26', 'DIRECT', 'OK', 'HOME_POLICY'],
    ],
    [
      'qualified from the next day',
      { benefits: qualified(), visit: { ...hypertension, admissionDate: localDate('2025-03-19') } },
      ['25', 'SELF', 'CHR-QUAL', undefined],
    ],
    [
      'its last day was yesterday',
      {
        benefits: qualified({ from: localDate('2025-01-01'), until: localDate('2025-03-20') }),
        visit: hypertension,
      },
      ['25', 'SELF', 'CHR-QUAL', undefined],
    ],
    [
      'for another disease',
      { benefits: qualified({ diseaseCode: 'M01600' }), visit: hypertension },
      ['25', 'SELF', 'CHR-QUAL', undefined],
    ],
    [
      'at a hospital of the qualification',
      { benefits: qualified({ institutionCodes: [HOSPITAL] }), visit: hypertension },
      ['26', 'DIRECT', 'OK', 'HOME_POLICY'],
    ],
    [
      'at another',
      { benefits: qualified({ institutionCodes: ['H2'] }), visit: hypertension },
      ['25a', 'SELF', 'CHR-ORG', undefined],
    ],
    [
      'not opened there for the disease',
      { benefits: qualified(), visit: { ...hypertension, diseaseNotOpen: true } },
      ['25a', 'SELF', 'CHR-ORG', undefined],
    ],
    [
      'not on the list',
      {
        benefits: qualified({ diseaseCode: 'M99900' }),
        visit: { ...hypertension, chronicDiseaseCode: 'M99900' },
      },
      ['24', 'SELF', 'CHR-LIST', undefined],
    ],
    [
      'one of the five added, on the day before',
      {
        benefits: qualified({ diseaseCode: 'M05300', from: localDate('2024-01-01') }),
        filings: [{ ...filing('LT_RESIDENT'), from: localDate('2024-01-01') }],
        visit: { kind: 'chronic', chronicDiseaseCode: 'M05300', admissionDate: localDate('2024-11-30') },
      },
      ['24', 'SELF', 'CHR-LIST', undefined],
    ],
    [
      'on the day',
      {
        benefits: qualified({ diseaseCode: 'M05300', from: localDate('2024-01-01') }),
        filings: [{ ...filing('LT_RESIDENT'), from: localDate('2024-01-01') }],
        visit: { kind: 'chronic', chronicDiseaseCode: 'M05300', admissionDate: localDate('2024-12-01') },
      },
      ['26', 'DIRECT', 'OK', 'HOME_POLICY'],
    ],
    [
      'the waiver and the list of outpatient hospitals do not concern it',
      {
        benefits: qualified(),
        filings: [],
        services: { ...LISTED, outpatientFilingWaived: true },
        visit: { ...hypertension, emergency: true },
      },
      ['27', 'HOLD', 'FIL-NONE', undefined],
    ],
  ])('%s', (_, given, expected) => expect(decide(given)).toEqual(expected));
});

describe('persons and places', () => {
  const longTerm = filing('LT_RETIREE');
  test.each<[string, Given, unknown[]]>([
    [
      'insured from today',
      { member: member({ insuredFrom: localDate('2025-03-20') }) },
      ['20', 'DIRECT', 'OK', 'REDUCED_A'],
    ],
    [
      'insured from tomorrow',
      { member: member({ insuredFrom: localDate('2025-03-21') }) },
      ['2', 'SELF', 'ENR-INACTIVE', undefined],
    ],
    ['waiting', { member: member({ insuredStatus: 'WAITING' }) }, ['2', 'SELF', 'ENR-INACTIVE', undefined]],
    ['moved', { member: member({ insuredStatus: 'MOVED' }) }, ['1b', 'HOLD', 'ENR-MOVED', undefined]],
    [
      'back home while filed away',
      { filings: [longTerm], treatmentPool: '430100' },
      ['7', 'HOME', 'OK-TWOWAY', 'TWO_WAY_HOME'],
    ],
    [
      'back home, filed by a commitment not yet proved',
      { filings: [filing('LT_WORKER', '410100', 'PENDING')], treatmentPool: '430100' },
      ['6', 'HOLD', 'FIL-PROOF', undefined],
    ],
    [
      'the same, already paid in full',
      {
        filings: [filing('LT_WORKER', '410100', 'PENDING')],
        treatmentPool: '430100',
        visit: { paidInFull: true },
      },
      ['6a', 'SELF', 'FIL-PROOF', undefined],
    ],
    [
      'in a third region',
      { filings: [longTerm], treatmentPool: '440100' },
      ['22a', 'HOLD', 'FIL-REGION', undefined],
    ],
    [
      'in a third region with a referral',
      { filings: [longTerm, filing('TM_REFERRAL', '440100')], treatmentPool: '440100' },
      ['20', 'DIRECT', 'OK', 'REDUCED_A'],
    ],
    [
      'maternity not opened by the hospital',
      { visit: { kind: 'maternity', institutionOpen: false } },
      ['3', 'SELF', 'ORG-NOTNET', 'HOME_POLICY'],
    ],
    [
      'maternity not opened at home',
      { services: INPATIENT_ONLY, visit: { kind: 'maternity' } },
      ['29', 'SELF', 'MAT-CLOSED', undefined],
    ],
    [
      'maternity without need of a filing',
      { filings: [], services: { ...ALL, maternityRequiresFiling: false }, visit: { kind: 'maternity' } },
      ['28a', 'DIRECT', 'OK-WAIVED', 'HOME_POLICY'],
    ],
  ])('%s', (_, given, expected) => expect(decide(given)).toEqual(expected));
});

test('a hospital that is not chosen or not opened is named', () => {
  const { values } = eligibilityOf({
    member: member(),
    filings: [filing('TM_REFERRAL')],
    benefits: NO_BENEFITS,
    services: LISTED,
    treatmentPool: '410100',
    institutionCode: HOSPITAL,
    atMs: NOON,
    visit: visit({}),
  });
  expect(values).toEqual({ institutionCode: HOSPITAL });
});

test.each([
  ['outpatient', '2025-03-19'],
  ['chronic', '2025-03-19'],
  ['inpatient', '2025-03-20'],
  ['maternity', '2025-03-20'],
] as const)('what a pool has opened for %s is asked on %s', (kind, day) => {
  const asked = visit({ kind, admissionDate: localDate('2025-03-19') });
  expect(servicesDay(asked, localDate('2025-03-20'))).toBe(day);
});
