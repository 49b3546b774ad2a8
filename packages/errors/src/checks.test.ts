import { describe, expect, test } from '@jest/globals';
import { CHECK_ORDER, checkOf, codesOf } from './checks.ts';
import { deskSentences } from './desk-sentences.ts';
import { type ErrorCode, errorCatalogue } from './error-catalogue.ts';
import { usualDuration } from './usual-duration.ts';

const codes = Object.keys(errorCatalogue) as ErrorCode[];

describe('checks', () => {
  test('a code belongs to one at most, and every check can give a code', () => {
    const given = CHECK_ORDER.flatMap((name) => codesOf(name));
    expect(new Set(given).size).toBe(given.length);
    expect(given).toEqual(expect.arrayContaining(['FIL-NONE', 'CAT-UNMAPPED', 'REV-NOTOWNER', 'KEY-REUSED']));
    expect(CHECK_ORDER.filter((name) => codesOf(name).length === 0)).toEqual([]);
  });

  test.each([
    ['CRD-MISMATCH', 'credential'],
    ['ENR-MOVED', 'enrolment'],
    ['ORG-NOTNET', 'networked'],
    ['ORG-SUSPENDED', 'suspension'],
    ['CAT-DATE', 'dates'],
    ['STL-SUM', 'sums'],
    ['STL-DRIFT', 'accumulators'],
    ['STL-LIMIT', 'limits'],
    ['NET-HOME', 'network'],
    ['NET-PARKED', 'outcome'],
    ['REV-CLOSED', 'refund'],
    ['XYZ-NEW', 'outcome'],
  ])('%s is given by %s', (code, check) => {
    expect(checkOf(code)).toBe(check);
  });
});

describe('the sentences for patient and desk', () => {
  test.each(codes)('%s reads as whole sentences for both, and takes a time', (code) => {
    const { patientZh, patientEn, deskZh, deskEn } = deskSentences(code);
    for (const zh of [patientZh, deskZh]) expect(zh).toMatch(/^[\p{Script=Han}“《A-Z0-9][^[\]{}]*。$/u);
    for (const en of [patientEn, deskEn]) expect(en).toMatch(/^[A-Z][\x20-\x7E×]*\.$/);
    const { zh, en, basis } = usualDuration(code);
    expect([zh, en, basis].every((text) => text.length > 0)).toBe(true);
  });

  test('a patient is sent nowhere for what the hospital must mend', () => {
    const { patientZh, deskZh } = deskSentences('CAT-UNMAPPED', {}, { lineNumbers: [3] });
    expect(patientZh).toContain('您不需要办理手续');
    expect(deskZh).toContain('第 3 行');
  });

  test('what the patient must do is told to both', () => {
    const { patientZh, deskZh } = deskSentences('FIL-NONE', { treatmentPool: '410100' });
    expect(patientZh).toContain('办理备案');
    expect(deskZh).toContain(`请告知患者：${patientZh}`);
  });
});
