import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { carriesIdentityNumber } from './identity-scan.ts';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** An invented number of a region that doesn't exist, with the right check digit. */
function invented(birthday: string, order: number): string {
  const body = `999999${birthday}${String(order).padStart(3, '0')}`;
  const sum = [...body].reduce((total, sign, at) => total + Number(sign) * (WEIGHTS[at] ?? 0), 0);
  return body + '10X98765432'[sum % 11];
}

const numbers = fc
  .tuple(
    fc.integer({ min: 1900, max: 2025 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
  )
  .map(([year, month, day]) => `${year}${String(month).padStart(2, '0')}${String(day).padStart(2, '0')}`)
  .chain((birthday) => fc.integer({ min: 0, max: 999 }).map((order) => invented(birthday, order)));

describe('an identity number', () => {
  test('is found wherever it stands', () => {
    fc.assert(
      fc.property(numbers, fc.string({ unit: 'grapheme' }), fc.string(), (number, before, after) => {
        const text = `${before.replace(/\d$/, '')} ${number} ${after}`;
        expect(carriesIdentityNumber(Buffer.from(text))).toBe(true);
        expect(carriesIdentityNumber(Buffer.from(number.toLowerCase()))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('with a wrong check digit or an impossible day isn’t one', () => {
    const number = invented('19590101', 7);
    const wrong = (Number(number.at(-1) === 'X' ? 0 : number.at(-1)) + 1) % 10;
    expect(carriesIdentityNumber(Buffer.from(number.slice(0, 17) + wrong))).toBe(false);
    expect(carriesIdentityNumber(Buffer.from(invented('19591301', 7)))).toBe(false);
  });

  test('inside longer digits isn’t one: item codes are long', () => {
    const number = invented('19590101', 7);
    expect(carriesIdentityNumber(Buffer.from(`C0102${number}`))).toBe(false);
    expect(carriesIdentityNumber(Buffer.from(`C${number}00012345`))).toBe(false);
    expect(carriesIdentityNumber(Buffer.from('002504010250000 XA02BCA232A001010104021'))).toBe(false);
    expect(carriesIdentityNumber(Buffer.alloc(0))).toBe(false);
  });
});
