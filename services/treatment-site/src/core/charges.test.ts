import { describe, expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import { type BillLine, buildIndex } from '@yijie/catalogue';
import { basisPoints } from '@yijie/money';
import fc from 'fast-check';
import { addToBill, needsStoredLines, recountCharges, storedWith } from './charges.ts';
import { NO_CHARGES, type StoredCharges } from './visit.ts';

const from = localDate('2025-01-01');
const index = buildIndex(
  ['A', 'B'].map((itemCode) => ({ itemCode, nationalCode: `N-${itemCode}`, validFrom: from })),
  [
    {
      nationalCode: 'N-A',
      itemClass: 'A',
      prepayRatio: basisPoints(0),
      category: '09',
      group: '',
      validFrom: from,
    },
    {
      nationalCode: 'N-B',
      itemClass: 'B',
      prepayRatio: basisPoints(1_500),
      category: '03',
      group: 'TCM',
      validFrom: from,
    },
  ],
);
const stay = { admissionDate: from, lastDate: localDate('2025-12-31') };

function line(lineNumber: number, itemCode: string, boxes: number, priceFen: number): BillLine {
  return {
    lineNumber,
    itemCode,
    quantityE4: boxes * 10_000,
    unitPriceE4: priceFen * 100,
    amountFen: boxes * priceFen,
    serviceDate: 20250102,
  };
}

function add(charges: StoredCharges, stored: readonly BillLine[], lines: readonly BillLine[]) {
  const needed = needsStoredLines(charges, lines) ? stored : undefined;
  const added = addToBill(charges, needed, lines, stay, index);
  if (!added.ok) throw new Error(added.code);
  return storedWith(charges, added);
}

const lines = fc
  .array(
    fc.tuple(fc.constantFrom('A', 'B'), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9_999 })),
    {
      minLength: 1,
      maxLength: 40,
    },
  )
  .map((rows) => rows.map(([code, boxes, price], at) => line(at + 1, code, boxes, price)));

describe('charges in any portions', () => {
  test('end in the same bill as all lines in one call', () => {
    fc.assert(
      fc.property(lines, fc.array(fc.nat(39), { maxLength: 4 }), (all, cuts) => {
        const whole = add(NO_CHARGES, [], all);
        let charges = NO_CHARGES;
        const stored: BillLine[] = [];
        for (const portion of portionsOf(all, cuts)) {
          charges = add(charges, stored, portion);
          stored.push(...portion.filter((one) => !stored.includes(one)));
        }
        // Everything once more, as a caller does that lost an answer.
        expect(add(charges, stored, all)).toEqual(whole);
        expect(charges).toEqual(whole);
        expect(recountCharges(all, stay, index)).toEqual({ ok: true, charges: whole });
      }),
      { numRuns: 200 },
    );
  });
});

test('a known line with another content is refused and named', () => {
  const stored = [line(1, 'A', 1, 100), line(2, 'A', 1, 100)];
  const charges = add(NO_CHARGES, [], stored);
  const changed = [line(1, 'A', 1, 100), line(2, 'A', 2, 100)];
  expect(needsStoredLines(charges, changed)).toBe(true);
  expect(addToBill(charges, stored, changed, stay, index)).toMatchObject({
    ok: false,
    code: 'CAT-LINE-CHANGED',
    lineNumbers: [2],
  });
});

test('lines that nothing stored concerns are judged without the stored ones; returns never are', () => {
  const charges = add(NO_CHARGES, [], [line(1, 'A', 3, 100)]);
  expect(needsStoredLines(charges, [line(2, 'A', 1, 100)])).toBe(false);
  expect(needsStoredLines(charges, [line(2, 'A', -1, 100)])).toBe(true);
});

function portionsOf(all: readonly BillLine[], cuts: readonly number[]): BillLine[][] {
  const places = [...new Set(cuts)].filter((cut) => cut > 0 && cut < all.length).sort((a, b) => a - b);
  return [0, ...places].map((start, at) => all.slice(start, places[at]));
}
