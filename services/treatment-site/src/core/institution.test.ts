import { describe, expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import { VisitKind } from '@yijie/contracts/common';
import type { VisitTerms } from '@yijie/contracts/treatment';
import { type Institution, type Opening, refuseUnlessOpened } from './institution.ts';
import { visitFacts } from './visit-facts.ts';

const institution = (...openings: Opening[]): Institution => ({
  institutionCode: 'H41010599901',
  name: '虚构医院',
  pool: '410100',
  level: 'L3',
  kind: 'general',
  openings,
  suspended: false,
  stops: [],
});
const terms = (kind: VisitKind, admissionDate: number, chronicDiseaseCode = ''): VisitTerms => ({
  kind,
  admissionDate,
  emergency: false,
  injury: false,
  thirdPartyLiable: false,
  injuryStatementSigned: false,
  chronicDiseaseCode,
  diagnosisCode: '',
});

const OPEN = institution(
  { kind: 'inpatient' },
  { kind: 'outpatient', from: localDate('2025-01-10'), until: localDate('2025-03-01') },
  { kind: 'outpatient', from: localDate('2025-06-01') },
  { kind: 'chronic' },
  { kind: 'chronic', diseaseCode: 'M03900', from: localDate('2025-02-01') },
);

describe('an institution on the day of a visit', () => {
  test.each([
    [VisitKind.INPATIENT, 20_240_101, '', ''],
    [VisitKind.MATERNITY, 20_250_205, '', 'ORG-NOTNET'],
    [VisitKind.OUTPATIENT, 20_250_109, '', 'ORG-NOTNET'],
    [VisitKind.OUTPATIENT, 20_250_110, '', ''],
    [VisitKind.OUTPATIENT, 20_250_228, '', ''],
    [VisitKind.OUTPATIENT, 20_250_301, '', 'ORG-NOTNET'],
    [VisitKind.OUTPATIENT, 20_250_531, '', 'ORG-NOTNET'],
    [VisitKind.OUTPATIENT, 20_250_601, '', ''],
    [VisitKind.CHRONIC, 20_250_131, 'M03900', 'CHR-ORG'],
    [VisitKind.CHRONIC, 20_250_201, 'M03900', ''],
    [VisitKind.CHRONIC, 20_250_201, 'M01600', 'CHR-ORG'],
    [VisitKind.CHRONIC, 20_250_201, 'M99900', 'CHR-LIST'],
    [VisitKind.CHRONIC, 20_241_130, 'M05300', 'CHR-LIST'],
    [VisitKind.CHRONIC, 20_241_201, 'M05300', 'CHR-ORG'],
  ])('kind %i on %i for "%s": %s', (kind, day, disease, code) => {
    const refusal = refuseUnlessOpened(OPEN, terms(kind, day, disease));
    expect(refusal?.code ?? '').toBe(code);
    const facts = visitFacts(OPEN, terms(kind, day, disease));
    expect([facts.institutionOpen, facts.diseaseNotOpen]).toEqual([
      code !== 'ORG-NOTNET',
      kind === VisitKind.CHRONIC && code !== '',
    ]);
  });
});

test.each([
  [VisitKind.MATERNITY, 'O82.900', '', 'O82'],
  [VisitKind.MATERNITY, '', 'O80.0', 'O80'],
  [VisitKind.MATERNITY, 'O14.100', 'O80.0', ''],
  [VisitKind.MATERNITY, '', '', ''],
  [VisitKind.INPATIENT, 'O82.900', 'O82.900', ''],
  [VisitKind.OUTPATIENT, '', 'C50.900', ''],
])('kind %i with "%s" at discharge, "%s" at admission sends "%s"', (kind, discharge, admission, sent) => {
  const stated = { ...terms(kind, 20_250_205), diagnosisCode: admission };
  expect(visitFacts(OPEN, stated, { diagnosisCode: discharge }).diagnosisCode).toBe(sent);
});
