import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { entry, mapping, STAY, selfPaid } from '../test/rows.ts';
import { appendLine, BillColumns, linesOf } from './bill-columns.ts';
import { buildIndex } from './catalogue-index.ts';
import type { BillLine, ConvertedBill } from './contract.ts';
import { convert, convertColumns } from './convert.ts';
import { explainLines } from './line-explanation.ts';
import { lineAmount } from './line-parts.ts';

const ITEMS = [
  'A',
  'B',
  'C',
  'B-limit',
  'A-limit',
  'TCM',
  '自费',
  'a code that is much longer than a row holds',
];
const index = buildIndex(
  [
    ...ITEMS.filter((item) => item !== '自费').map((item) => mapping(item, `N-${item}`)),
    selfPaid('自费', '14'),
  ],
  [
    entry('N-A', { category: '04' }),
    entry('N-B', { itemClass: 'B', ratio: 1_000 }),
    entry('N-C', { itemClass: 'C', category: '08' }),
    entry('N-B-limit', { itemClass: 'B', ratio: 3_333, limitE4: 12_345 }),
    entry('N-A-limit', { limitE4: 500_000, category: '01' }),
    entry('N-TCM', { itemClass: 'B', ratio: 500, group: 'TCM', category: '11' }),
    entry('N-a code that is much longer than a row holds', { itemClass: 'B', ratio: 9_999, category: '03' }),
  ],
);

const soundLine = fc
  .record({
    itemCode: fc.constantFrom(...ITEMS),
    quantityE4: fc.integer({ min: 1, max: 1_000_000 }),
    unitPriceE4: fc.integer({ min: 0, max: 100_000_000 }),
    serviceDate: fc.constantFrom(20250205, 20250206, 20250207),
  })
  .map((fields) => ({ ...fields, amountFen: lineAmount(fields.quantityE4, fields.unitPriceE4) }));

/** Charges, and for some of them a return of the same. */
const soundBill: fc.Arbitrary<BillLine[]> = fc
  .array(fc.tuple(soundLine, fc.boolean()), { maxLength: 40 })
  .map((charges) =>
    charges
      .flatMap(([line, isReturned]) =>
        isReturned
          ? [line, { ...line, quantityE4: -line.quantityE4, amountFen: -line.amountFen || 0 }]
          : [line],
      )
      .map((line, i) => ({ ...line, lineNumber: i + 1 })),
  );

function converted(lines: readonly BillLine[]): ConvertedBill {
  const conversion = convert(index, STAY, lines);
  if (!conversion.ok) throw new Error(JSON.stringify(conversion.refusals));
  return conversion.bill;
}

describe('any sound bill', () => {
  test('the parts are the categories, the categories and the groups are the bill, and nothing is below zero', () => {
    fc.assert(
      fc.property(soundBill, (lines) => {
        const bill = converted(lines);
        expect(bill.totalFen).toBe(lines.reduce((sum, { amountFen }) => sum + amountFen, 0));
        for (const parted of [bill.categories, bill.groups]) {
          expect(parted.reduce((sum, { totalFen }) => sum + totalFen, 0)).toBe(bill.totalFen);
          for (const { totalFen, selfPaidFen, overLimitFen, prepaySelfFen, inScopeFen } of parted) {
            expect(selfPaidFen + overLimitFen + prepaySelfFen + inScopeFen).toBe(totalFen);
            expect(Math.min(selfPaidFen, overLimitFen, prepaySelfFen, inScopeFen)).toBeGreaterThanOrEqual(0);
          }
        }
      }),
    );
  });

  test('it is what its lines are, one by one', () => {
    fc.assert(
      fc.property(soundBill, (lines) => {
        const explained = explainLines(index, lines);
        explained.forEach((line, i) => {
          expect(line.selfPaidFen + line.overLimitFen + line.prepaySelfFen + line.inScopeFen).toBe(
            lines[i]?.amountFen,
          );
        });
        for (const category of converted(lines).categories) {
          const ofCategory = explained.filter(({ terms }) => terms.category === category.code);
          expect(ofCategory.reduce((sum, line) => sum + line.prepaySelfFen, 0)).toBe(category.prepaySelfFen);
          expect(ofCategory.reduce((sum, line) => sum + line.overLimitFen, 0)).toBe(category.overLimitFen);
        }
      }),
    );
  });

  test('the order of its lines changes nothing', () => {
    const withOrder = soundBill.chain((lines) =>
      fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length })),
    );
    fc.assert(
      fc.property(withOrder, ([lines, shuffled]) => {
        expect(converted(shuffled)).toEqual(converted(lines));
      }),
    );
  });

  test('as columns it gives the same, and comes back unchanged', () => {
    const columns = new BillColumns();
    fc.assert(
      fc.property(soundBill, (lines) => {
        columns.clear();
        for (const line of lines) appendLine(columns, line);
        expect(convertColumns(index, STAY, columns)).toEqual(convert(index, STAY, lines));
        expect(linesOf(columns)).toEqual(lines.map((line) => expect.objectContaining(line)));
      }),
    );
  });

  test('with one flawed line it is refused for that line, and gives nothing', () => {
    const flaw = fc.constantFrom<Partial<BillLine>>(
      { itemCode: 'unknown' },
      { serviceDate: 20250208 },
      { serviceDate: 20250204 },
      { quantityE4: 0 },
      { unitPriceE4: -1 },
      { amountFen: 123_456_789 },
    );
    const flawed = soundBill
      .filter((lines) => lines.length > 0)
      .chain((lines) => fc.tuple(fc.constant(lines), fc.nat({ max: lines.length - 1 }), flaw));
    fc.assert(
      fc.property(flawed, ([lines, at, change]) => {
        const conversion = convert(
          index,
          STAY,
          lines.map((line, i) => (i === at ? { ...line, ...change } : line)),
        );
        expect(conversion).toEqual({
          ok: false,
          refusals: [expect.objectContaining({ lineNumbers: [at + 1] })],
        });
      }),
    );
  });
});
