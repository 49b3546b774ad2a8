import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findRowProblems } from '@yijie/catalogue';
import { FEE_CATEGORY_NAMES, regionDirectory } from '@yijie/codes';
import { readAgencyContacts } from './agency-contacts.ts';
import { catalogueRegions, readCatalogue } from './catalogue.ts';
import { catalogueText } from './catalogue-text.ts';
import { readChronicDiseases } from './chronic-diseases.ts';
import { DATA_FOLDER } from './data-folder.ts';
import { readHospitals } from './hospitals.ts';
import { mappingInstitutions, readMappings } from './mappings.ts';
import { readRegions } from './regions.ts';
import { seedCatalogue } from './seed-catalogue.ts';
import { readSeedSources } from './seed-sources.ts';
import { DataError, readTable } from './table.ts';

describe('the seed catalogues', () => {
  const fresh = seedCatalogue(readSeedSources());

  test.each(catalogueRegions())('%s is what the national files give today', (region) => {
    const file = readFileSync(join(DATA_FOLDER, 'catalogue', `${region}.csv`), 'utf8');
    expect(file === catalogueText(fresh)).toBe(true);
    expect(readCatalogue(region)).toHaveLength(fresh.length);
  });

  test('hold nothing that an index would refuse, and say where each value is from', () => {
    expect(findRowProblems([], fresh)).toEqual([]);
    for (const { classBasis, ratioBasis, limitBasis, itemClass } of fresh) {
      expect([classBasis, ratioBasis, limitBasis].every((basis) => basis.length > 0)).toBe(true);
      // No ratio or limit in these files is published: each must say that it is a default.
      if (itemClass === 'B') expect(ratioBasis).toContain('[D]');
      expect(limitBasis).toContain('[D]');
    }
  });

  test('have the drug classes of the national drug catalogue', () => {
    const classOf = new Map(fresh.map((entry) => [entry.nationalCode, entry.itemClass]));
    expect(classOf.get('NRDL2024-W-842')).toBe('A');
    expect(classOf.get('NRDL2024-W-842.1')).toBe('B');
    expect(fresh.filter(({ codeKind }) => codeKind === 'drug-catalogue-entry')).toHaveLength(3_826);
  });
});

describe('mapping tables', () => {
  test.each(mappingInstitutions())('%s has no row that an index would refuse', (institution) => {
    expect(findRowProblems(readMappings(institution), [])).toEqual([]);
  });

  test('the README counts how their codes were found', () => {
    const counts = Map.groupBy(readMappings('H41010599901'), ({ found }) => found);
    const readme = readFileSync(join(DATA_FOLDER, 'README.md'), 'utf8');
    for (const [found, items] of counts) {
      expect(readme).toMatch(new RegExp(`\\| \`${found}\` \\| ${items.length} \\|`));
    }
    expect(readme).toContain(`of its ${[...counts.values()].flat().length} items`);
  });
});

describe('directories', () => {
  test('regions: the pools are prefectures, provincial pools, municipalities and the Corps', () => {
    const directory = regionDirectory(readRegions());
    expect(directory.nameOf('430100', { full: true })).toBe('湖南省长沙市');
    expect(
      ['430100', '439900', '310000', '119900', '660000', '611100'].map((code) => directory.isPool(code)),
    ).toEqual([true, true, true, true, false, true]);
    expect(['410000', '110100', '110101'].map((code) => directory.isPool(code))).toEqual([
      false,
      false,
      false,
    ]);
    expect(directory.poolsOf('430000')).toHaveLength(15);
  });

  test('fee categories are those of the code', () => {
    const rows = readTable(join(DATA_FOLDER, 'fee_categories.csv'), [
      'code',
      'name',
      'key',
      'list_kind',
      'on_settlement_list',
    ]);
    expect(Object.fromEntries(rows.map(({ code, name }) => [code, name]))).toEqual(FEE_CATEGORY_NAMES);
  });

  test('hospitals, chronic diseases and offices are read', () => {
    const hospitals = readHospitals();
    expect(hospitals.find(({ institutionCode }) => institutionCode === 'H31010600037')).toEqual({
      institutionCode: 'H31010600037',
      name: '复旦大学附属华山医院',
      regionCode: '310000',
      level: 'L3',
      grade: '三级甲等',
    });
    expect(hospitals).toHaveLength(188);
    expect(readChronicDiseases().filter(({ crossProvinceFrom }) => crossProvinceFrom)).toHaveLength(10);
    expect(readAgencyContacts()).toHaveLength(12);
  });

  test('every file has its source in the notice', () => {
    const notice = readFileSync(join(DATA_FOLDER, 'NOTICE.md'), 'utf8');
    const files = readdirSync(DATA_FOLDER).filter((name) => name.endsWith('.csv'));
    expect(files.length).toBeGreaterThan(8);
    for (const file of files) expect(notice).toContain(`\`${file}\``);
  });
});

describe('a folder that is not as it should be', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'yijie-data-'));
    mkdirSync(join(folder, 'catalogue'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const header =
    'national_code,name,code_kind,item_class,class_basis,prepay_ratio_bp,ratio_basis,price_limit_yuan,limit_basis,category,item_group,valid_from,valid_until';

  test.each([
    ['a column is missing', 'national_code,name', 'N1,x', /columns missing \[code_kind/],
    ['a column is unknown', `${header},more`, 'N1,x,drug,A,b,0,r,,l,09,,2025-01-01,,y', /unknown \[more\]/],
    [
      'a class that is none',
      header,
      'N1,x,drug,D,b,0,r,,l,09,,2025-01-01,',
      /row 1: item_class is none of A, B, C: D/,
    ],
    ['a category that is none', header, 'N1,x,drug,A,b,0,r,,l,15,,2025-01-01,', /row 1: category/],
    [
      'a limit of five decimals',
      header,
      'N1,x,drug,A,b,0,r,1.23456,l,09,,2025-01-01,',
      /row 1: price_limit_yuan/,
    ],
    ['a day that is none', header, 'N1,x,drug,A,b,0,r,,l,09,,2025-02-30,', /row 1: valid_from is no day/],
    ['a ratio that is none', header, 'N1,x,drug,B,b,ten,r,,l,09,,2025-01-01,', /row 1: not basis points/],
    ['no basis', header, 'N1,x,drug,A,,0,r,,l,09,,2025-01-01,', /row 1: class_basis is empty/],
  ])('%s: it says so with file and row', (_, columns, row, message) => {
    writeFileSync(join(folder, 'catalogue', '999999.csv'), `${columns}\n${row}\n`);
    expect(() => readCatalogue('999999', folder)).toThrow(DataError);
    expect(() => readCatalogue('999999', folder)).toThrow(message);
  });

  test('limits are read to the ten-thousandth of a yuan', () => {
    writeFileSync(
      join(folder, 'catalogue', '999999.csv'),
      `${header}\nN1,"a, b",drug,A,b,0,r,35.5,l,01,,2025-01-01,\n`,
    );
    expect(readCatalogue('999999', folder)[0]).toMatchObject({ name: 'a, b', priceLimitE4: 355_000 });
    expect(catalogueText(readCatalogue('999999', folder))).toContain(
      'N1,"a, b",drug,A,b,0,r,35.5,l,01,,2025-01-01,\n',
    );
  });
});
