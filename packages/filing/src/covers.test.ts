import { describe, expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import { ADMISSION, filing, SETTLEMENT } from '../test/facts.ts';
import { chronicOpenList, isOpenedChronicDisease } from './chronic-open-list.ts';
import { covers } from './covers.ts';
import { isFilingTarget, isSamePool, regionCovers } from './region-coverage.ts';

describe('regionCovers', () => {
  test.each([
    ['a city and itself', '440100', '440100', true],
    ['a city and its own level or a district', '430100', '430199', true],
    ['a city and another one', '440100', '440300', false],
    ['a city and the provincial level', '430100', '439900', false],
    ['a province is no target', '430000', '430100', false],
    ['Beijing and its own level', '110000', '119900', true],
    ['Beijing and a district', '110000', '110108', true],
    ['a district of Beijing stands for Beijing', '110105', '110000', true],
    ['Beijing and Tianjin', '110000', '120000', false],
    ['Chongqing and a county', '500000', '500200', true],
    ['Hainan and Haikou', '460000', '460100', true],
    ['Hainan and a county under the province', '460000', '469021', true],
    ['Haikou alone does not cover Sanya', '460100', '460200', false],
    ['Tibet and Lhasa', '540000', '540100', true],
    ['Xinjiang is no whole', '650000', '650100', false],
    ['the Corps and a division', '660000', '660800', true],
    ['the Corps and its own level', '660000', '669900', true],
    ['the Corps and a Corps city', '660000', '659001', true],
    ['the Corps and Urumqi', '660000', '650100', false],
    ['the Corps and an unknown code of its prefix', '660000', '661500', false],
    ['a division and another one', '660800', '660700', false],
    ['a unit under the province and itself', '429004', '429004', true],
    ['a unit under the province and its neighbour', '429004', '429005', false],
    ['the group covers all of them', '429000', '429006', true],
    ['the group does not cover a city', '429000', '420100', false],
    ['a unit does not cover the group', '429004', '429000', false],
    ['the group of another province', '419000', '429004', false],
  ])('%s', (_what, target, pool, expected) => {
    expect(regionCovers(target, pool)).toBe(expected);
  });
});

describe('isFilingTarget', () => {
  test.each([
    '440100',
    '429004',
    '429000',
    '110000',
    '310000',
    '460000',
    '540000',
    '660000',
    '660100',
    '433100',
  ])('%s is one', (region) => expect(isFilingTarget(region)).toBe(true));
  test.each(['430000', '650000', '110105', '440106', '000000', '910000', '44010', '4401000', 'abcdef', ''])(
    '%s is none',
    (region) => expect(isFilingTarget(region)).toBe(false),
  );
});

describe('isSamePool', () => {
  test.each([
    ['430100', '430100', true],
    ['430100', '430199', false],
    ['110000', '119900', true],
    ['500000', '310000', false],
  ])('%s and %s: %s', (a, b, expected) => expect(isSamePool(a, b)).toBe(expected));
});

describe('covers', () => {
  const stay = {
    treatmentPool: '440100',
    visitKind: 'inpatient',
    admissionDate: ADMISSION,
    settlementDate: SETTLEMENT,
  } as const;

  test('needs the region, the time and the service', () => {
    expect(covers(filing(), stay)).toBe(true);
    expect(covers(filing({ targetRegion: '440300' }), stay)).toBe(false);
    expect(covers(filing({ from: localDate('2025-03-21') }), stay)).toBe(false);
    expect(covers(filing({ type: 'MATERNITY' }), stay)).toBe(false);
    expect(covers(filing({ type: 'MATERNITY' }), { ...stay, visitKind: 'maternity' })).toBe(true);
    expect(covers(filing({ type: 'TM_EMERGENCY' }), stay)).toBe(false);
  });

  test.each(['REQUESTED', 'SUPPLEMENT', 'REJECTED'] as const)(
    'a filing that is %s covers nothing',
    (state) => {
      expect(covers(filing({ state }), stay)).toBe(false);
    },
  );
});

describe('isOpenedChronicDisease', () => {
  test('five diseases, then ten from 2024-12-01', () => {
    const openedOn = (day: string) =>
      chronicOpenList.filter((disease) =>
        disease.codes.every((code) => isOpenedChronicDisease(code, localDate(day))),
      ).length;
    expect(['2021-12-31', '2022-01-01', '2024-11-30', '2024-12-01', '2025-06-01'].map(openedOn)).toEqual([
      0, 5, 5, 10, 10,
    ]);
  });

  test('a disease that is not on the list never is', () => {
    expect(isOpenedChronicDisease('M02300', localDate('2025-06-01'))).toBe(false);
    expect(isOpenedChronicDisease('', localDate('2025-06-01'))).toBe(false);
    // Diabetic macular oedema is coded under diabetes but is a disease of its own.
    expect(isOpenedChronicDisease('M01609', localDate('2025-06-01'))).toBe(false);
  });
});
