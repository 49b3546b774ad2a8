import { describe, expect, test } from '@jest/globals';
import { entry, line, mapping, STAY, selfPaid } from '../test/rows.ts';
import { buildIndex } from './catalogue-index.ts';
import type { BillLine, CatalogueRefusal } from './contract.ts';
import { convert } from './convert.ts';

const index = buildIndex(
  [
    mapping('a', 'N-A'),
    mapping('b', 'N-B'),
    mapping('c', 'N-C'),
    mapping('bed', 'N-BED'),
    mapping('limited', 'N-LIMITED'),
    mapping('tcm', 'N-TCM'),
    mapping('changes', 'N-CHANGES'),
    mapping('ends', 'N-A', '2025-01-01', '2025-02-06'),
    mapping('begins', 'N-A', '2025-02-06'),
    mapping('expired', 'N-EXPIRED'),
    mapping('unlisted', 'N-NOWHERE'),
    selfPaid('none', '14'),
  ],
  [
    entry('N-A', { itemClass: 'A', category: '09' }),
    entry('N-B', { itemClass: 'B', ratio: 1_000, category: '09' }),
    entry('N-C', { itemClass: 'C', category: '13', limitE4: 1 }),
    entry('N-BED', { itemClass: 'A', category: '01', limitE4: 300_000 }),
    entry('N-LIMITED', { itemClass: 'B', ratio: 3_333, category: '08', limitE4: 25_555 }),
    entry('N-TCM', { itemClass: 'B', ratio: 500, category: '11', group: 'TCM' }),
    entry('N-CHANGES', { itemClass: 'A', category: '04', until: '2025-02-06' }),
    entry('N-CHANGES', { itemClass: 'C', category: '05', from: '2025-02-06' }),
    entry('N-EXPIRED', { until: '2025-02-06' }),
  ],
);

function converted(lines: readonly BillLine[]) {
  const conversion = convert(index, STAY, lines);
  if (!conversion.ok) throw new Error(JSON.stringify(conversion.refusals));
  return conversion.bill;
}

function refused(lines: readonly BillLine[]): readonly CatalogueRefusal[] {
  const conversion = convert(index, STAY, lines);
  if (conversion.ok) throw new Error(JSON.stringify(conversion.bill));
  return conversion.refusals;
}

describe('the four parts of a line', () => {
  test.each([
    // item, quantity, unit price, amount → self-paid, over the limit, prepaid, in scope
    ['class A', 'a', 10_000, 100_000, 1_000, 0, 0, 0, 1_000],
    ['class B, a tenth prepaid', 'b', 10_000, 100_000, 1_000, 0, 0, 100, 900],
    ['class B, 0.4 fen prepaid', 'b', 10_000, 400, 4, 0, 0, 0, 4],
    ['class B, half a fen prepaid is one', 'b', 10_000, 500, 5, 0, 0, 1, 4],
    ['class B, 1.4 fen prepaid is one', 'b', 10_000, 1_400, 14, 0, 0, 1, 13],
    ['class C, whatever its limit', 'c', 10_000, 100_000, 1_000, 1_000, 0, 0, 0],
    ['no national code', 'none', 10_000, 100_000, 1_000, 1_000, 0, 0, 0],
    ['a bed at its day limit', 'bed', 20_000, 300_000, 6_000, 0, 0, 0, 6_000],
    ['a bed a fen below it', 'bed', 20_000, 299_900, 5_998, 0, 0, 0, 5_998],
    ['a bed a fen above it', 'bed', 20_000, 300_100, 6_002, 0, 2, 0, 6_000],
    ['the limit comes before the ratio', 'limited', 30_000, 50_000, 1_500, 0, 733, 256, 511],
    ['a return mirrors the charge', 'limited', -30_000, 50_000, -1_500, 0, -733, -256, -511],
  ])('%s', (_, itemCode, quantityE4, unitPriceE4, amountFen, ...parts) => {
    const charges =
      quantityE4 < 0 ? [line(1, itemCode, { quantityE4: 60_000, unitPriceE4, amountFen: 3_000 })] : [];
    const before = charges.length > 0 ? converted(charges).groups[0] : undefined;
    const [group] = converted([...charges, line(2, itemCode, { quantityE4, unitPriceE4, amountFen })]).groups;
    expect([
      (group?.selfPaidFen ?? 0) - (before?.selfPaidFen ?? 0),
      (group?.overLimitFen ?? 0) - (before?.overLimitFen ?? 0),
      (group?.prepaySelfFen ?? 0) - (before?.prepaySelfFen ?? 0),
      (group?.inScopeFen ?? 0) - (before?.inScopeFen ?? 0),
    ]).toEqual(parts);
  });
});

describe('categories and groups', () => {
  test('lines of a category add up, and categories come in order', () => {
    const bill = converted([line(1, 'b'), line(2, 'bed'), line(3, 'a'), line(4, 'none')]);
    expect(bill.categories.map(({ code, totalFen }) => [code, totalFen])).toEqual([
      ['01', 1_000],
      ['09', 2_000],
      ['14', 1_000],
    ]);
    expect(bill.totalFen).toBe(4_000);
    expect(bill.lineCount).toBe(4);
  });

  test('items of traditional medicine are a group of their own', () => {
    const bill = converted([line(1, 'a'), line(2, 'tcm')]);
    expect(bill.groups.map(({ group, totalFen, inScopeFen }) => [group, totalFen, inScopeFen])).toEqual([
      ['', 1_000, 1_000],
      ['TCM', 1_000, 950],
    ]);
  });

  test('a bill without lines is nothing', () => {
    expect(converted([])).toEqual({ totalFen: 0, lineCount: 0, categories: [], groups: [] });
  });
});

describe('the day decides', () => {
  test.each([
    ['the entry until its last day', 'changes', 20250205, '04'],
    ['the next entry from its first day', 'changes', 20250206, '05'],
    ['a mapping on its last day', 'ends', 20250205, '09'],
    ['a mapping on its first day', 'begins', 20250206, '09'],
  ])('%s', (_, itemCode, serviceDate, category) => {
    expect(converted([line(1, itemCode, { serviceDate })]).categories[0]?.code).toBe(category);
  });

  test.each([
    ['a day before the stay', line(3, 'a', { serviceDate: 20250204 }), 'CAT-DATE'],
    ['a day after the stay', line(3, 'a', { serviceDate: 20250208 }), 'CAT-DATE'],
    ['the day after a mapping ends', line(3, 'ends', { serviceDate: 20250206 }), 'CAT-UNMAPPED'],
    ['the day before a mapping begins', line(3, 'begins', { serviceDate: 20250205 }), 'CAT-UNMAPPED'],
    ['the day after an entry ends', line(3, 'expired', { serviceDate: 20250206 }), 'CAT-ENTRY'],
    ['an entry that is nowhere', line(3, 'unlisted'), 'CAT-ENTRY'],
    ['an item that is nowhere', line(3, 'nowhere'), 'CAT-UNMAPPED'],
    ['a fen too much', line(3, 'a', { amountFen: 1_001 }), 'CAT-AMOUNT'],
    ['a fen too little', line(3, 'a', { amountFen: 999 }), 'CAT-AMOUNT'],
    ['an amount with the wrong sign', line(3, 'a', { amountFen: -1_000 }), 'CAT-AMOUNT'],
    ['a quantity of nothing', line(3, 'a', { quantityE4: 0, amountFen: 0 }), 'CAT-FORM'],
    ['half a ten-thousandth', line(3, 'a', { quantityE4: 0.5 }), 'CAT-FORM'],
    ['a quantity that is no number', line(3, 'a', { quantityE4: Number.NaN }), 'CAT-FORM'],
    ['a negative price', line(3, 'a', { unitPriceE4: -1 }), 'CAT-FORM'],
    ['too high a price', line(3, 'a', { unitPriceE4: 1_000_000_000_001 }), 'CAT-FORM'],
    ['too high an amount', line(3, 'a', { amountFen: 100_000_000_001 }), 'CAT-FORM'],
    ['no item code', line(3, ''), 'CAT-FORM'],
    ['an item code of 65', line(3, 'x'.repeat(65)), 'CAT-FORM'],
    ['a day that is none', line(3, 'a', { serviceDate: 20250230 }), 'CAT-FORM'],
    ['line number 0', line(0, 'a'), 'CAT-FORM'],
    ['a line number used before', line(1, 'a'), 'CAT-LINE-DUP'],
    [
      'a return of what was never charged',
      line(3, 'b', { quantityE4: -10_000, amountFen: -1_000 }),
      'CAT-RETURN',
    ],
  ])('%s is refused', (_, bad, code) => {
    const refusals = refused([line(1, 'a'), bad, line(2, 'a')]);
    expect(refusals.map((refusal) => [refusal.code, refusal.lineNumbers])).toEqual([
      [code, [bad.lineNumber]],
    ]);
  });
});

describe('refusals', () => {
  test('one for each code, in the order of checks, each with all its lines and what is meant', () => {
    const lines = [
      line(9, 'nowhere'),
      line(8, 'a', { amountFen: 1 }),
      line(7, 'unlisted'),
      line(6, 'elsewhere'),
      line(5, 'a', { serviceDate: 20241231 }),
      line(4, 'a', { quantityE4: 0 }),
      line(4, 'a'),
      line(2, 'nowhere'),
    ];
    expect(refused(lines)).toEqual([
      { ok: false, code: 'CAT-FORM', values: { field: 'quantityE4' }, lineNumbers: [4] },
      { ok: false, code: 'CAT-LINE-DUP', values: {}, lineNumbers: [4] },
      {
        ok: false,
        code: 'CAT-DATE',
        values: { firstDay: '2025-02-05', lastDay: '2025-02-07' },
        lineNumbers: [5],
      },
      {
        ok: false,
        code: 'CAT-UNMAPPED',
        values: { itemCodes: 'nowhere, elsewhere' },
        lineNumbers: [2, 6, 9],
      },
      { ok: false, code: 'CAT-ENTRY', values: { nationalCodes: 'N-NOWHERE' }, lineNumbers: [7] },
      { ok: false, code: 'CAT-AMOUNT', values: {}, lineNumbers: [8] },
    ]);
  });

  test('a line is refused for its first flaw only', () => {
    expect(
      refused([line(1, 'nowhere', { serviceDate: 20240101, amountFen: 1 })]).map(({ code }) => code),
    ).toEqual(['CAT-DATE']);
  });

  test('more than ten different codes are counted, not listed', () => {
    const lines = Array.from({ length: 12 }, (_, i) => line(i + 1, `x${i}`));
    expect(refused(lines)[0]?.values).toEqual({ itemCodes: 'x0, x1, x2, x3, x4, x5, x6, x7, x8, x9 … (12)' });
  });
});

describe('returns', () => {
  const back = (lineNumber: number, itemCode: string, units: number, change: Partial<BillLine> = {}) =>
    line(lineNumber, itemCode, { quantityE4: -10_000 * units, amountFen: -1_000 * units, ...change });

  test('all that was charged may be returned, whatever the order and the numbers of the lines', () => {
    expect(converted([back(5, 'b', 2), line(3, 'b'), line(1, 'b'), line(2, 'a')]).categories).toEqual([
      { code: '09', totalFen: 1_000, selfPaidFen: 0, overLimitFen: 0, prepaySelfFen: 0, inScopeFen: 1_000 },
    ]);
  });

  test.each([
    ['more than was charged', [line(1, 'a'), back(2, 'a', 2)]],
    ['a ten-thousandth of a unit more', [line(1, 'a'), back(2, 'a', 1, { quantityE4: -10_001 })]],
    ['of another item', [line(1, 'a'), back(2, 'b', 1)]],
    [
      'at a price it was not charged at',
      [
        line(1, 'a', { quantityE4: 20_000, amountFen: 2_000 }),
        back(2, 'a', 1, { unitPriceE4: 200_000, amountFen: -2_000 }),
      ],
    ],
    [
      'two lines in one, where rounding would take a fen too much from the prepaid part',
      [
        line(1, 'b', { unitPriceE4: 400, amountFen: 4 }),
        line(3, 'b', { unitPriceE4: 400, amountFen: 4 }),
        back(2, 'b', 2, { unitPriceE4: 400, amountFen: -8 }),
      ],
    ],
    [
      'in the parts of a day on which another entry held',
      [line(1, 'changes', { serviceDate: 20250205 }), back(2, 'changes', 1, { serviceDate: 20250206 })],
    ],
  ])('%s is refused, naming the returns', (_, lines) => {
    expect(refused(lines).map(({ code, lineNumbers }) => [code, lineNumbers])).toEqual([['CAT-RETURN', [2]]]);
  });

  test('they are judged only when every line is sound', () => {
    expect(refused([back(1, 'a', 2), line(2, 'nowhere')]).map(({ code }) => code)).toEqual(['CAT-UNMAPPED']);
  });
});
