import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fen } from './fen.ts';
import { formatYuan, parseYuan } from './yuan-text.ts';

describe('parseYuan', () => {
  test.each([
    ['3124.72', 312_472],
    ['0.01', 1],
    ['-5', -500],
    ['2.5600', 256],
    ['0', 0],
    ['-0.00', 0],
  ])('%s is %i fen', (text, expected) => {
    expect(parseYuan(text)).toBe(expected);
  });

  test.each(['', '1.005', '1,000.00', '¥5', '1e3', ' 1', '.5', '12345678901234.00'])(
    '%p is refused',
    (text) => {
      expect(parseYuan(text)).toBeUndefined();
    },
  );

  test('reads back whatever formatYuan wrote', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e14, max: 1e14 }), (amount) => {
        expect(parseYuan(formatYuan(fen(amount)))).toBe(amount === 0 ? 0 : amount);
      }),
    );
  });
});

test('formatYuan groups thousands on request', () => {
  expect(formatYuan(fen(123_456_789), { grouped: true })).toBe('1,234,567.89');
  expect(formatYuan(fen(-99), { grouped: true })).toBe('-0.99');
});
