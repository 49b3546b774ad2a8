import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { displayWidth, padEndColumns, padStartColumns, printable, wrapColumns } from './display-width.ts';

describe('displayWidth', () => {
  test.each([
    ['', 0],
    ['abc', 3],
    ['结算单', 6],
    ['起付：1,500.00', 14],
    ['（大写）', 8],
    ['é', 1],
    ['e\u0301', 1],
    ['𠮷', 2],
    ['한글', 4],
    ['ｱ', 1],
  ])('%s takes %i columns', (text, columns) => expect(displayWidth(text)).toBe(columns));
});

describe('padding', () => {
  test('counts columns, not characters', () => {
    expect(padEndColumns('床位费', 10)).toBe('床位费    ');
    expect(padStartColumns('床位费', 10)).toBe('    床位费');
    expect(padEndColumns('床位费', 4)).toBe('床位费');
  });
});

describe('wrapColumns', () => {
  test('breaks between Chinese characters and at blanks', () => {
    expect(wrapColumns('一二三四五', 4)).toEqual(['一二', '三四', '五']);
    expect(wrapColumns('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrapColumns('', 10)).toEqual(['']);
  });

  test('a full stop never begins a line', () => {
    expect(wrapColumns('一二三四。', 8)).toEqual(['一二三', '四。']);
  });

  test('breaks a word that is longer than the line', () => {
    expect(wrapColumns('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
  });

  test('no line is wider than asked, and nothing but blanks is lost', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '9', ' ', '中', '。', ',', '（') });
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 20 }), (value, width) => {
        const lines = wrapColumns(value, width);
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(value.replaceAll(' ', ''));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('printable', () => {
  test('keeps a value on its line', () => {
    expect(printable('a\nb\tc\u202Ed\u0000')).toBe('a b c d');
  });
});
