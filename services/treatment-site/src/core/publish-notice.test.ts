import { describe, expect, test } from '@jest/globals';
import type { Institution } from './institution.ts';
import { regionHolds } from './notice.ts';
import { checkNotice, type NoticeFacts, type NoticeStatement } from './publish-notice.ts';

const NOW = 1_000_000_000;
const HOUR = 3_600_000;
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
const STATED: NoticeStatement = {
  region: '410100',
  institutionCode: '',
  service: undefined,
  startsAtMs: NOW + 72 * HOUR,
  endsAtMs: NOW + 80 * HOUR,
  reasonZh: '系统升级',
  reasonEn: '',
  planned: true,
};
const FACTS: NoticeFacts = { nowMs: NOW, noticeHours: 72, pool: '410100', institution: undefined };

const ofHospital = { region: '', institutionCode: HOSPITAL.institutionCode };

describe('announcing a stop', () => {
  test.each<[string, Partial<NoticeStatement>, Partial<NoticeFacts>, string | undefined]>([
    ['of the own region, 72 hours ahead', {}, {}, undefined],
    ['a millisecond too late', { startsAtMs: NOW + 72 * HOUR - 1 }, {}, 'NTC-SHORT'],
    ['of a failure, at once', { startsAtMs: NOW, planned: false }, {}, undefined],
    ['that has ended', { startsAtMs: NOW - 2, endsAtMs: NOW, planned: false }, {}, 'NTC-DATES'],
    ['that ends before it starts', { endsAtMs: STATED.startsAtMs }, {}, 'NTC-DATES'],
    ['of nothing', { region: '' }, {}, 'NTC-SCOPE'],
    ['of a region and an institution', { institutionCode: 'H41010500001' }, {}, 'NTC-SCOPE'],
    ['of another city', { region: '410200' }, {}, 'NTC-SCOPE'],
    ['of a home region by a city', { region: '430100' }, {}, 'NTC-SCOPE'],
    ['of a home region by operations', { region: '430100' }, { pool: undefined }, undefined],
    ['of an own institution', ofHospital, { institution: HOSPITAL }, undefined],
    [
      'of another city’s institution',
      ofHospital,
      { institution: { ...HOSPITAL, pool: '410200' } },
      'NTC-SCOPE',
    ],
    ['of nobody', ofHospital, {}, 'ORG-UNKNOWN'],
    ['of no region', { region: '999999' }, {}, 'FRM-REGION'],
    ['without a reason', { reasonZh: '' }, {}, 'FRM-REQUIRED'],
    ['with a number of somebody', { reasonEn: 'ask 11010519491231002X' }, {}, 'FRM-IDENTITY'],
  ])('%s', (_, statement, facts, code) => {
    expect(checkNotice({ ...STATED, ...statement }, { ...FACTS, ...facts })?.code).toBe(code);
  });

  test.each([
    ['410000', '410100', true],
    ['410100', '410100', true],
    ['410100', '410105', true],
    ['410105', '410100', false],
    ['410000', '430100', false],
  ])('%s takes %s in: %s', (region, pool, holds) => {
    expect(regionHolds(region, pool)).toBe(holds);
  });
});
