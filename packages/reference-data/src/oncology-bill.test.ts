import { describe, expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import { buildIndex, convert, explainLines } from '@yijie/catalogue';
import { sumFen } from '@yijie/money';
import { readBill } from './bills.ts';
import { readCatalogue } from './catalogue.ts';
import { readMappings } from './mappings.ts';

const INSTITUTION = 'H41010599901';
const DAY = localDate('2025-02-05');

describe('the oncology bill of 69 lines in a hospital of Henan', () => {
  const catalogue = readCatalogue('410000');
  const mappings = readMappings(INSTITUTION);
  const lines = readBill('oncology_inpatient_day_2022', INSTITUTION, DAY);
  const index = buildIndex(mappings, catalogue);
  const conversion = convert(index, { admissionDate: DAY, lastDate: DAY }, lines);

  test('every line is printed with its own amount, and they are 3,124.72 yuan', () => {
    expect(lines).toHaveLength(69);
    expect(lines.reduce((sum, line) => sum + line.amountFen, 0)).toBe(312_472);
  });

  test('every line falls into the category expected of it', () => {
    const categories = explainLines(index, lines).map(({ lineNumber, terms }) => [
      lineNumber,
      terms.category,
    ]);
    expect(categories).toEqual(lines.map((line) => [line.lineNumber, line.expectedCategory]));
  });

  test('the categories add up to the bill, each to its lines and to its own parts', () => {
    if (!conversion.ok) throw new Error(JSON.stringify(conversion.refusals));
    const { bill } = conversion;
    expect(bill.totalFen).toBe(312_472);
    expect(sumFen(bill.categories.map(({ totalFen }) => totalFen))).toBe(312_472);
    for (const category of bill.categories) {
      const ofCategory = lines.filter(({ expectedCategory }) => expectedCategory === category.code);
      expect(category.totalFen).toBe(ofCategory.reduce((sum, line) => sum + line.amountFen, 0));
      expect(
        category.selfPaidFen + category.overLimitFen + category.prepaySelfFen + category.inScopeFen,
      ).toBe(category.totalFen);
    }
  });

  test.each([
    // code, total, self-paid, over the limit, prepaid, in scope
    ['01', 3_000, 0, 0, 0, 3_000],
    ['02', 600, 0, 0, 0, 600],
    ['03', 1_800, 0, 0, 0, 1_800],
    ['04', 102_150, 86_250, 0, 0, 15_900],
    ['05', 6_500, 2_000, 0, 0, 4_500],
    ['07', 2_600, 0, 0, 0, 2_600],
    ['08', 1_700, 1_700, 0, 0, 0],
    ['09', 172_176, 0, 0, 16_470, 155_706],
    ['11', 21_346, 0, 0, 2_135, 19_211],
    ['14', 600, 200, 0, 0, 400],
  ])('category %s', (code, totalFen, selfPaidFen, overLimitFen, prepaySelfFen, inScopeFen) => {
    if (!conversion.ok) throw new Error(JSON.stringify(conversion.refusals));
    expect(conversion.bill.categories).toContainEqual({
      code,
      totalFen,
      selfPaidFen,
      overLimitFen,
      prepaySelfFen,
      inScopeFen,
    });
    expect(conversion.bill.categories).toHaveLength(10);
  });

  test('class and basis in the mapping table are those of the catalogue', () => {
    const entries = new Map(catalogue.map((entry) => [entry.nationalCode, entry]));
    for (const item of mappings) {
      if (item.nationalCode === undefined) {
        expect([item.itemCode, item.found, item.itemClass]).toEqual([item.itemCode, 'none', 'C']);
        continue;
      }
      const entry = entries.get(item.nationalCode);
      expect(item).toMatchObject({
        itemClass: entry?.itemClass,
        classBasis: entry?.classBasis,
        codeKind: entry?.codeKind,
        nationalName: entry?.name,
      });
    }
  });
});
