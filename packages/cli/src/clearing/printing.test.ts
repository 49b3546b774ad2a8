import { describe, expect, test } from '@jest/globals';
import { Run } from '@yijie/contracts/clearing';
import { noticeLine } from './pay-command.ts';
import { day, dayNumber, minute, textTable } from './printing.ts';
import { nextStep } from './run-words.ts';

describe('textTable', () => {
  const columns = [
    { heading: { zh: '单位', en: 'party' } },
    { heading: { zh: '金额', en: 'amount' }, align: 'right' as const },
  ];

  test('columns are as wide as their widest content, Chinese characters counting twice', () => {
    expect(
      textTable(
        columns,
        [
          ['吉林省', '48,500.00'],
          ['CN', '0.00'],
        ],
        'zh',
      ),
    ).toBe(['单位         金额', '吉林省  48,500.00', 'CN           0.00'].join('\n'));
  });

  test('headings in English, no rows', () => {
    expect(textTable(columns, [], 'en')).toBe('party  amount');
  });
});

test('days and moments are those of Shanghai', () => {
  expect(day(20260430)).toBe('2026-04-30');
  expect(day(0)).toBe('');
  expect(dayNumber('2026-04-30')).toBe(20260430);
  expect(() => dayNumber('30.4.2026')).toThrow('is no day');
  expect(minute(Date.UTC(2026, 3, 29, 16, 5))).toBe('2026-04-30 00:05');
});

test.each([
  ['N-1/2', { noticeNo: 'N-1', lineNo: 2 }],
  ['N-1', { noticeNo: 'N-1', lineNo: 1 }],
])('%s names the notice line', (text, expected) => {
  expect(noticeLine(text)).toEqual(expected);
});

test.each(['', '/2', 'N-1/', 'N-1/x', 'a b/1'])('%j names no notice line', (text) => {
  expect(() => noticeLine(text)).toThrow('names no notice line');
});

describe('what a run waits for', () => {
  const run = (state: string, ...states: string[]) =>
    Run.fromPartial({ state, parties: states.map((each) => ({ state: each })) });

  test.each([
    [run('OPEN'), 'clearing cut'],
    [run('CUT'), 'clearing generate'],
    [run('SIGNING', 'SIGNED', 'UNSIGNED'), 'clearing sign, by each party'],
    [run('SIGNING', 'RETURNED', 'UNSIGNED'), 'clearing move, then clearing generate'],
    [run('SIGNING', 'SIGNED', 'DECIDED'), 'clearing confirm'],
    [run('CONFIRMED'), 'clearing notice issue'],
    [run('CLOSED'), 'none'],
  ])('%#', (of, expected) => {
    expect(nextStep(of).en).toBe(expected);
  });
});
