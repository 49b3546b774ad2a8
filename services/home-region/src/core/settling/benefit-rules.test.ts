import { describe, expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import {
  decideHospitalChoice,
  decideQualification,
  type QualificationForm,
  type RecordedQualification,
} from './benefit-rules.ts';
import { chosenOn, type HospitalChoice, type PersonBenefits, qualificationFor } from './benefits.ts';
import { type HomeServices, INPATIENT_ONLY, servicesBook } from './home-services.ts';

const TODAY = localDate('2025-03-20');
const held = (from: string, until?: string, change: Partial<RecordedQualification> = {}) => ({
  qualificationId: 'Q1',
  version: 1,
  scheme: 'employee' as const,
  diseaseCode: 'M03900',
  from: localDate(from),
  until: until === undefined ? undefined : localDate(until),
  institutionCodes: [],
  ...change,
});
const form = (from: string, until?: string, diseaseCode = 'M03900'): QualificationForm => ({
  diseaseCode,
  from: localDate(from),
  until: until === undefined ? undefined : localDate(until),
  institutionCodes: [],
});

describe('a new qualification beside one from 2025-01-01 until 2025-07-01', () => {
  const before = held('2025-01-01', '2025-07-01');
  test.each([
    ['on its last day', form('2025-06-30'), 'CHR-OVERLAP'],
    ['on the day after', form('2025-07-01'), 1],
    ['until its first day', form('2024-01-01', '2025-01-01'), 1],
    ['until the day after its first', form('2024-01-01', '2025-01-02'), 'CHR-OVERLAP'],
    ['of another disease', form('2025-04-01', undefined, 'M01600'), 1],
  ])('%s', (_, asked, expected) => {
    const decision = decideQualification(asked, undefined, [before], TODAY);
    expect(decision.ok ? decision.version : decision.code).toBe(expected);
  });
});

test.each([
  ['a new one from today', form('2025-03-20'), undefined, false],
  ['a new one from yesterday', form('2025-03-19'), undefined, true],
  ['ends today', form('2025-01-01', '2025-03-20'), held('2025-01-01'), false],
  ['ended yesterday', form('2025-01-01', '2025-03-19'), held('2025-01-01'), true],
  ['takes a past end back', form('2025-01-01'), held('2025-01-01', '2025-03-01'), true],
  ['begins a day earlier', form('2024-12-31'), held('2025-01-01'), true],
  ['other hospitals alone', form('2025-01-01'), held('2025-01-01'), false],
])('a version that %s reaches back: %#', (_, asked, before, reaches) => {
  const decision = decideQualification(asked, before, before ? [before] : [], TODAY);
  expect(decision).toMatchObject({ ok: true, reachesBack: reaches, version: before ? 2 : 1 });
});

test('a version keeps its disease', () => {
  const decision = decideQualification(
    form('2025-01-01', undefined, 'M01600'),
    held('2025-01-01'),
    [],
    TODAY,
  );
  expect(decision).toMatchObject({ code: 'FRM-VALUE' });
});

describe('the qualification that serves a visit', () => {
  const benefits: PersonBenefits = {
    choices: [],
    qualifications: [
      held('2025-01-01', '2025-03-01', { qualificationId: 'GENERAL', diseaseCode: 'M00500' }),
      held('2025-02-01', undefined, { qualificationId: 'KIND', diseaseCode: 'M00503' }),
    ],
  };
  test.each([
    ['2024-12-31', 'M00503', undefined],
    ['2025-01-01', 'M00503', 'GENERAL'],
    ['2025-02-01', 'M00503', 'KIND'],
    ['2025-02-28', 'M00500', 'GENERAL'],
    ['2025-03-01', 'M00500', undefined],
    ['2025-02-01', 'M03900', undefined],
    // Diabetic macular oedema is coded under diabetes but is a disease of its own.
    ['2025-02-01', 'M01609', undefined],
  ])('on %s for %s', (day, diseaseCode, expected) => {
    expect(qualificationFor(benefits, diseaseCode, localDate(day))?.qualificationId).toBe(expected);
  });
});

test.each([
  ['2025-01-31', []],
  ['2025-02-01', ['B']],
  ['2025-02-28', ['B']],
  ['2025-03-01', []],
])('on %s the hospitals %j are chosen: the later start, then the later choice', (day, expected) => {
  const choice = (ordinal: number, from: string, ...institutionCodes: string[]): HospitalChoice => ({
    ordinal,
    from: localDate(from),
    institutionCodes,
  });
  const choices = [choice(3, '2025-03-01'), choice(1, '2025-02-01', 'A'), choice(2, '2025-02-01', 'B')];
  expect(chosenOn({ qualifications: [], choices }, localDate(day))).toEqual(expected);
});

test.each([
  [0, true],
  [2, true],
  [3, 'ORG-CHOICE'],
])('%i hospitals where two may be chosen: %s', (count, expected) => {
  const services: HomeServices = {
    ...INPATIENT_ONLY,
    outpatientHospitals: { atMost: 2, notChosen: 'refused', pharmacies: 'free' },
  };
  const codes = Array.from({ length: count }, (_, index) => `H${index}`);
  const decision = decideHospitalChoice(codes, services, '430100');
  expect(decision.ok || decision.code).toBe(expected);
});

describe('what a pool has opened', () => {
  const open = (opened: HomeServices['opened']): HomeServices => ({ ...INPATIENT_ONLY, opened });
  const [outpatient, chronic] = [open(['outpatient']), open(['chronic'])];
  const book = servicesBook([
    { region: '430100', from: localDate('2025-01-01'), until: localDate('2025-02-01'), services: outpatient },
    { region: '430000', from: localDate('2025-01-15'), services: chronic },
  ]);
  test.each([
    ['430100', '2024-12-31', INPATIENT_ONLY],
    ['430100', '2025-01-01', outpatient],
    ['430100', '2025-01-31', outpatient],
    ['430100', '2025-02-01', chronic],
    ['430200', '2025-01-14', INPATIENT_ONLY],
    ['430200', '2025-01-15', chronic],
    ['440100', '2025-02-01', INPATIENT_ONLY],
  ])('%s on %s', (pool, day, expected) => {
    expect(book(pool, localDate(day))).toBe(expected);
  });
  test('two rows for one day are refused at the start', () => {
    const row = { region: '430100', from: localDate('2025-01-01'), services: outpatient };
    expect(() => servicesBook([row, { ...row, from: localDate('2025-06-01') }])).toThrow('430100');
  });
});
