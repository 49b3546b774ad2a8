import { describe, expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import { fen } from '@yijie/money';
import type { Member } from './member.ts';
import { type Credential, type FoundMember, verifyPerson } from './verify-person.ts';

const member: Member = {
  personToken: 'token',
  homePool: '430100',
  scheme: 'employee',
  personClass: 'active',
  birthDate: localDate('1989-04-08'),
  insuredStatus: 'ACTIVE',
  insuredFrom: localDate('2013-07-01'),
  contributionYears: 11,
  groups: [],
};
const found: FoundMember = {
  member,
  name: '阿依古丽·买买提',
  account: { ordinal: 1, ownFen: fen(10_000), familyFen: fen(500) },
  credentialMatches: true,
};
const TODAY = localDate('2025-04-07');

function verdict(type: Credential['type'], change: Partial<FoundMember> = {}, name = found.name): string {
  const credential: Credential = { type, token: 't', certificateNumber: 'c', name };
  const answer = verifyPerson(credential, { ...found, ...change }, '430100', TODAY);
  return answer.kind === 'refused' ? answer.code : 'verified';
}

describe('who the credential proves', () => {
  test.each([
    ['e-credential', {}, undefined, 'verified'],
    ['e-credential', { credentialMatches: false }, undefined, 'CRD-INVALID'],
    ['id-card', { credentialMatches: false }, undefined, 'verified'],
    ['id-card', {}, '阿依古丽·买买提 ', 'verified'],
    ['id-card', {}, '阿依古丽', 'CRD-MISMATCH'],
    ['social-security-card', {}, undefined, 'verified'],
    ['social-security-card', { credentialMatches: false }, undefined, 'CRD-MISMATCH'],
    ['social-security-card', {}, '别人', 'CRD-MISMATCH'],
    ['id-card', { member: { ...member, insuredStatus: 'MOVED' } }, undefined, 'ENR-MOVED'],
    // Arrears can be paid during the stay: the person is admitted, and the benefit check says what is missing.
    ['id-card', { member: { ...member, insuredStatus: 'ARREARS' } }, undefined, 'verified'],
    ['id-card', { member: { ...member, homePool: '430200' } }, undefined, 'CRD-MISMATCH'],
  ] as const)('%s, %o, name %s: %s', (type, change, name, expected) => {
    expect(verdict(type, change, name ?? found.name)).toBe(expected);
  });

  test('nobody found answers as a wrong name does', () => {
    const credential: Credential = { type: 'id-card', token: '', certificateNumber: 'c', name: 'x' };
    expect(verifyPerson(credential, undefined, '430100', TODAY)).toEqual(
      verifyPerson(credential, found, '430100', TODAY),
    );
  });

  test('age is in completed years and the balance holds both accounts', () => {
    const credential: Credential = { type: 'id-card', token: '', certificateNumber: 'c', name: found.name };
    expect(verifyPerson(credential, found, '430100', TODAY)).toMatchObject({
      ageYears: 35,
      accountBalanceFen: 10_500,
    });
  });
});
