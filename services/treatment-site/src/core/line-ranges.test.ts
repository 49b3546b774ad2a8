import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addRanges, containsLine, linesIn, rangesOf, removeLines } from './line-ranges.ts';

describe('ranges of line numbers', () => {
  test.each<[number[], number[]]>([
    [[], []],
    [[5], [5, 6]],
    [
      [1, 2, 3],
      [1, 4],
    ],
    [
      [3, 1, 2, 2, 7],
      [1, 4, 7, 8],
    ],
  ])('%j are %j', (lines, ranges) => {
    expect(rangesOf(lines)).toEqual(ranges);
  });

  test('say the same as a set of numbers', () => {
    const numbers = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const sorted = (set: Iterable<number>) => [...new Set(set)].sort((left, right) => left - right);
        const union = addRanges(rangesOf(a), rangesOf(b));
        expect([...linesIn(union)]).toEqual(sorted([...a, ...b]));
        expect(union).toEqual(rangesOf([...a, ...b]));
        for (let line = 0; line <= 61; line += 1) {
          expect(containsLine(rangesOf(a), line)).toBe(a.includes(line));
        }
        const rest = removeLines(rangesOf(a), new Set(b));
        expect([...linesIn(rest)]).toEqual(sorted(a.filter((line) => !b.includes(line))));
      }),
    );
  });
});
