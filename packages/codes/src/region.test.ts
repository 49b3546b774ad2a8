import { describe, expect, test } from '@jest/globals';
import { parseRegionCode, provinceOf } from './region.ts';
import { type Region, regionDirectory } from './region-directory.ts';

test.each([
  ['430100', true],
  ['810000', true],
  ['030100', false],
  ['930100', false],
  ['43010', false],
  ['4301000', false],
  ['43010a', false],
  ['', false],
])('%j is a region code: %s', (text, isOne) => {
  expect(parseRegionCode(text)).toBe(isOne ? text : undefined);
});

test('the province of a region', () => {
  expect(provinceOf('430121')).toBe('430000');
});

describe('a directory', () => {
  const region = (code: string, name: string, provinceName: string, isPool: boolean) =>
    ({ code, name, provinceName, isPool }) as Region;
  const directory = regionDirectory([
    region('430200', '株洲市', '湖南省', true),
    region('430100', '长沙市', '湖南省', true),
    region('439900', '湖南省省本级', '湖南省', true),
    region('430000', '湖南省', '湖南省', false),
    region('310000', '上海市', '上海市', true),
  ]);

  test.each([
    ['430100', '长沙市', '湖南省长沙市'],
    ['439900', '湖南省省本级', '湖南省省本级'],
    ['310000', '上海市', '上海市'],
    ['999999', '999999', '999999'],
  ])('%s is %s, in full %s', (code, name, fullName) => {
    expect([directory.nameOf(code), directory.nameOf(code, { full: true })]).toEqual([name, fullName]);
  });

  test('knows the pools of a province', () => {
    expect(directory.poolsOf('430000').map(({ code }) => code)).toEqual(['430100', '430200', '439900']);
    expect(directory.poolsOf('110000')).toEqual([]);
    expect([directory.isPool('430100'), directory.isPool('430000'), directory.isPool('999999')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
