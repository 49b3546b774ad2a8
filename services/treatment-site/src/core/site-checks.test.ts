import { describe, expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import { VisitKind } from '@yijie/contracts/common';
import { VisitTerms } from '@yijie/contracts/treatment';
import { refuse } from '@yijie/errors';
import type { Institution } from './institution.ts';
import { type SiteFacts, siteChecks } from './site-checks.ts';
import { NO_CHARGES, type Visit } from './visit.ts';

const HOSPITAL: Institution = {
  institutionCode: 'H41010500001',
  name: '',
  pool: '410100',
  level: 'L3',
  kind: 'general',
  openings: [],
  suspended: false,
  stops: [],
};
const STAY: Visit = {
  visitId: Buffer.alloc(16),
  version: 1,
  institutionCode: HOSPITAL.institutionCode,
  personToken: 'p',
  homePool: '430100',
  localAdmissionNumber: '1',
  terms: VisitTerms.fromPartial({ kind: VisitKind.INPATIENT, admissionDate: 20_250_601 }),
  admissionDate: localDate('2025-06-01'),
  department: '',
  bedNumber: '',
  cancelled: false,
  dischargeDate: localDate('2025-06-10'),
  dischargeDiagnosis: 'C34.9',
  charges: NO_CHARGES,
  uploadCount: 0,
  claim: undefined,
};
const FACTS: SiteFacts = {
  visit: STAY,
  institution: HOSPITAL,
  unmappedItems: [],
  triedToSettle: false,
  statedFen: undefined,
  bill: { totalFen: 100 },
  idText: () => 'the-message',
};
const claim = (isSettled: boolean) => ({ commandId: Buffer.alloc(16), isSettled });
const lateLine = { ...NO_CHARGES, lastServiceDate: localDate('2025-06-11') };

describe("the treatment site's own checks today", () => {
  test.each<[string, Partial<SiteFacts>, string]>([
    ['in order', {}, '+ + + + + + + +'],
    ['an institution nobody knows', { institution: undefined }, 'ORG-UNKNOWN + + + + + + +'],
    ['cancelled', { visit: { ...STAY, cancelled: true } }, '+ VST-CANCELLED . . . . . .'],
    ['settling', { visit: { ...STAY, claim: claim(false) } }, '+ + STL-RUNNING + + + + +'],
    ['settled', { visit: { ...STAY, claim: claim(true) } }, '+ + STL-DUP + + + + +'],
    ['a stay that goes on', { visit: { ...STAY, dischargeDate: undefined } }, '+ + + . + + + +'],
    [
      'a stay settled before its discharge',
      { visit: { ...STAY, dischargeDate: undefined }, triedToSettle: true },
      '+ + + STL-NOTDISCHARGED + + + +',
    ],
    ['no charges yet', { bill: undefined }, '+ + + + . . . .'],
    ['settled without charges', { bill: undefined, triedToSettle: true }, '+ + + + STL-NOLINES . . .'],
    ['a line after the discharge', { visit: { ...STAY, charges: lateLine } }, '+ + + + + CAT-DATE + +'],
    ['items without a code', { unmappedItems: ['X'] }, '+ + + + + + CAT-UNMAPPED +'],
    ['a code that the catalogue dropped', { bill: refuse('CAT-ENTRY') }, '+ + + + + + CAT-ENTRY .'],
    ['another sum than stated', { statedFen: 99 }, '+ + + + + + + STL-SUM'],
    ['the sum that was stated', { statedFen: 100 }, '+ + + + + + + +'],
  ])('%s', (_, facts, expected) => {
    const shown = siteChecks({ ...FACTS, ...facts }).map(({ state, code }) => {
      if (state === 'FAILED') return code;
      return state === 'PASSED' ? '+' : '.';
    });
    expect(shown.join(' ')).toBe(expected);
  });
});
