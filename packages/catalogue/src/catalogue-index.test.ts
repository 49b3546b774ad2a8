import { describe, expect, test } from '@jest/globals';
import { InvariantError } from '@yijie/money';
import { entry, mapping, selfPaid } from '../test/rows.ts';
import { buildIndex, findTerms } from './catalogue-index.ts';
import { findRowProblems } from './row-problems.ts';

describe('an index', () => {
  test('finds every one of 100,000 items and none that is like one', () => {
    const codes = Array.from({ length: 100_000 }, (_, i) => `XY${(i * 7919) % 1_000_003}`);
    const index = buildIndex(
      codes.map((code, i) => mapping(code, `N${i % 1_000}`)),
      Array.from({ length: 1_000 }, (_, i) => entry(`N${i}`)),
    );
    expect(index.itemCount).toBe(100_000);
    codes.forEach((code, i) => {
      if (findTerms(index, code, 20250205).terms?.nationalCode !== `N${i % 1_000}`) throw new Error(code);
      if (findTerms(index, `${code}0x`, 20250205).terms !== undefined) throw new Error(`${code}0x`);
    });
  });

  test.each([
    ['A', 'A\u0000'],
    ['ABCD', 'ABCD\u0000'],
    ['氯化钠', '氯化钾'],
    ['twenty bytes of code', 'twenty bytes of codes'],
    ['x'.repeat(64), `${'x'.repeat(63)}y`],
  ])('tells %j and %j apart', (one, other) => {
    const index = buildIndex([mapping(one, 'N1')], [entry('N1')]);
    expect(findTerms(index, one, 20250205).terms?.nationalCode).toBe('N1');
    expect(findTerms(index, other, 20250205)).toEqual({ unlistedCode: undefined });
  });

  test('cuts a mapping where entries end and begin, and says which code the gap lacks', () => {
    const index = buildIndex(
      [mapping('item', 'OLD', '2025-01-01', '2025-07-01'), mapping('item', 'NEW', '2025-08-01')],
      [
        entry('OLD', { from: '2025-02-01', until: '2025-03-01', category: '01' }),
        entry('OLD', { from: '2025-04-01', until: '2025-05-01', category: '02' }),
        entry('NEW', { from: '2024-01-01', until: '2025-09-01', category: '03' }),
      ],
    );
    const at = (day: number) => {
      const found = findTerms(index, 'item', day);
      return found.terms === undefined ? found.unlistedCode : found.terms.category;
    };
    expect([
      [20241231, at(20241231)],
      [20250101, at(20250101)],
      [20250131, at(20250131)],
      [20250201, at(20250201)],
      [20250228, at(20250228)],
      [20250301, at(20250301)],
      [20250430, at(20250430)],
      [20250501, at(20250501)],
      [20250630, at(20250630)],
      [20250701, at(20250701)],
      [20250801, at(20250801)],
      [20250831, at(20250831)],
      [20250901, at(20250901)],
    ]).toEqual([
      [20241231, undefined],
      [20250101, 'OLD'],
      [20250131, 'OLD'],
      [20250201, '01'],
      [20250228, '01'],
      [20250301, 'OLD'],
      [20250430, '02'],
      [20250501, 'OLD'],
      [20250630, 'OLD'],
      [20250701, undefined],
      [20250801, '03'],
      [20250831, '03'],
      [20250901, 'NEW'],
    ]);
  });

  test('an item without a national code says why', () => {
    const index = buildIndex([selfPaid('item', '14')], []);
    expect(findTerms(index, 'item', 20250205).terms).toMatchObject({
      itemClass: 'C',
      category: '14',
      nationalCode: undefined,
      selfPaidReason: '无国家编码',
    });
  });

  test('its version is that of its rows, whatever their order', () => {
    const mappings = [mapping('a', 'N1'), mapping('b', 'N2'), selfPaid('c', '14')];
    const entries = [entry('N1'), entry('N2', { itemClass: 'B', ratio: 1_000 })];
    const { version } = buildIndex(mappings, entries);
    expect(version).toMatch(/^[0-9a-f]{16}$/);
    expect(buildIndex(mappings.toReversed(), entries.toReversed()).version).toBe(version);
    const others = [
      buildIndex([mapping('a', 'N2'), mapping('b', 'N1'), selfPaid('c', '14')], entries),
      buildIndex([mapping('a', 'N1'), mapping('b', 'N2'), selfPaid('c', '13')], entries),
      buildIndex(mappings, [entry('N1'), entry('N2', { itemClass: 'B', ratio: 1_001 })]),
      buildIndex(mappings, [entry('N1', { limitE4: 1 }), entry('N2', { itemClass: 'B', ratio: 1_000 })]),
      buildIndex(mappings.slice(1), entries),
    ].map((index) => index.version);
    expect(new Set([version, ...others]).size).toBe(6);
  });
});

describe('rows that must not enter an index', () => {
  test.each([
    ['no code', [mapping('', 'N1')], [entry('N1')], 'mapping', '', 'code-missing'],
    ['too long a code', [mapping('x'.repeat(65), 'N1')], [], 'mapping', 'x'.repeat(65), 'code-too-long'],
    ['an empty range', [mapping('a', 'N1', '2025-01-01', '2025-01-01')], [], 'mapping', 'a', 'range-empty'],
    [
      'two mappings on one day',
      [mapping('a', 'N1', '2025-01-01', '2025-02-02'), mapping('a', 'N2', '2025-02-01')],
      [],
      'mapping',
      'a',
      'overlap',
    ],
    [
      'a long mapping over two later ones',
      [
        mapping('a', 'N1', '2025-01-01', '2025-12-01'),
        mapping('a', 'N2', '2025-02-01', '2025-03-01'),
        mapping('a', 'N2', '2025-04-01', '2025-05-01'),
      ],
      [],
      'mapping',
      'a',
      'overlap',
    ],
    [
      'two entries on one day',
      [],
      [entry('N1'), entry('N1', { from: '2025-12-31', until: '2026-12-31' })],
      'catalogue',
      'N1',
      'overlap',
    ],
    [
      'a self-paid item without a reason',
      [{ ...selfPaid('a', '14'), selfPaidReason: undefined }],
      [],
      'mapping',
      'a',
      'self-paid-incomplete',
    ],
    [
      'a self-paid item without a category',
      [{ ...selfPaid('a', '14'), selfPaidCategory: undefined }],
      [],
      'mapping',
      'a',
      'self-paid-incomplete',
    ],
    [
      'class A with a ratio',
      [],
      [entry('N1', { itemClass: 'A', ratio: 1 })],
      'catalogue',
      'N1',
      'ratio-out-of-range',
    ],
    [
      'a ratio above one',
      [],
      [entry('N1', { itemClass: 'B', ratio: 10_001 })],
      'catalogue',
      'N1',
      'ratio-out-of-range',
    ],
    ['a negative limit', [], [entry('N1', { limitE4: -1 })], 'catalogue', 'N1', 'limit-out-of-range'],
  ] as const)('%s', (_, mappings, entries, row, code, problem) => {
    expect(findRowProblems(mappings, entries)).toEqual([{ row, code, problem }]);
    expect(() => buildIndex(mappings, entries)).toThrow(InvariantError);
  });

  test('ranges that only touch are well', () => {
    expect(
      findRowProblems(
        [mapping('a', 'N1', '2025-01-01', '2025-02-01'), mapping('a', 'N2', '2025-02-01')],
        [entry('N1', { until: '2025-02-01' }), entry('N1', { from: '2025-02-01' })],
      ),
    ).toEqual([]);
  });
});
