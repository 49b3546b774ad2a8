import { expect, test } from '@jest/globals';
import type { Instant } from '@yijie/calendar';
import { paperCsv } from './paper/paper-csv.ts';
import { statisticsLabels } from './statistics-labels.ts';
import { statisticsPaper } from './statistics-paper.ts';

const data = {
  fromMonth: 202505,
  untilMonth: 202506,
  homeRegion: '长沙市',
  groupedBy: ['month', 'scheme'],
  lines: [
    {
      sides: ['202505', '职工医保'],
      item: 'direct',
      count: 1_234,
      of: null,
      amountFen: 123_456_78,
      amountOfFen: null,
      ratio: null,
    },
    {
      sides: ['202505', '职工医保'],
      item: 'direct-rate',
      count: 9,
      of: 12,
      amountFen: null,
      amountOfFen: null,
      ratio: 7_500,
    },
  ],
  madeAt: 1_748_826_000_000 as Instant,
  madeAtMinute: '2025-06-02 09:00',
} as const;

test('statistics are a table that machines read, a line for each number', () => {
  expect(Buffer.from(paperCsv(statisticsPaper(data))).toString('utf8')).toBe(
    [
      '月份,险种,项目,数量,基数,金额,金额基数,比率',
      '202505,职工医保,直接结算（减退费）,1234,,123456.78,,',
      '202505,职工医保,跨省住院直接结算率（人次）,9,12,,,0.7500',
      '',
    ].join('\r\n'),
  );
});

test('the paper says of what, until when and as of when', () => {
  const paper = statisticsPaper(data, { language: 'en' });
  expect(paper.head).toEqual([['Home region: 长沙市', 'Period: 2025-05 to 2025-06', 'Amounts in yuan']]);
  expect(paper.foot).toBe('As of 2025-06-02 09:00');
});

test('every word is there in both languages', () => {
  for (const { zh, en } of Object.values(statisticsLabels)) {
    expect(zh).toMatch(/\p{Script=Han}/u);
    expect(en).not.toMatch(/\p{Script=Han}/u);
    expect(en.match(/\{\w+\}/g) ?? []).toEqual(zh.match(/\{\w+\}/g) ?? []);
  }
});
