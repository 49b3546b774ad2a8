import { describe, expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import fc from 'fast-check';
import { type ChronicNoticeData, renderChronicNotice } from './chronic-notice.ts';
import { chronicNoticeLabels, chronicNoticeNotes } from './chronic-notice-labels.ts';
import { displayWidth } from './display-width.ts';
import { PAGE_COLUMNS } from './print-layout.ts';

const sample: ChronicNoticeData = {
  person: { name: '林知夏', certificateNumber: '0000**********0047' },
  scheme: 'employee',
  homeRegion: { name: '长沙市', code: '430100' },
  issuedOn: localDate('2025-06-02'),
  filedTo: [{ name: '郑州市', code: '410100' }],
  qualifications: [
    {
      diseaseCode: 'M03900',
      diseaseName: '高血压',
      from: localDate('2024-01-01'),
      hospitals: ['某医院'],
      isOpened: true,
    },
    {
      diseaseCode: 'M00300',
      diseaseName: '艾滋病',
      from: localDate('2024-01-01'),
      lastDay: localDate('2025-12-31'),
      hospitals: [],
      isOpened: false,
    },
  ],
  opened: ['高血压', '糖尿病'],
  contacts: [{ office: '某窗口', phone: '0731-00000000' }],
};

describe('the chronic-disease notice', () => {
  test('says for which diseases, where and from when, and what is not opened', () => {
    const text = renderChronicNotice(sample);
    expect(text).toContain('1. 高血压 (M03900)；2024-01-01 起；可跨省直接结算；就诊医疗机构：某医院');
    expect(text).toContain('2. 艾滋病 (M00300)；2024-01-01 至 2025-12-31；未开通跨省直接结算');
    expect(text).toContain('备案就医地：郑州市 (410100)');
    expect(text.replaceAll(/\s/g, '')).toContain('不要按普通门诊结算');
    expect(text).toContain('1. 某窗口，0731-00000000');
    expect(renderChronicNotice(sample, { language: 'en' })).toContain('settles directly across provinces');
  });

  test('says so when nothing is held or filed', () => {
    const text = renderChronicNotice({ ...sample, qualifications: [], filedTo: [], contacts: [] });
    expect(text).toContain('没有有效的门诊慢特病待遇资格。');
    expect(text).toContain('备案就医地：没有有效备案');
    expect(text).not.toContain('参保地医保经办机构');
  });

  test('no line is wider than the page, whatever the texts', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 150 });
    fc.assert(
      fc.property(text, text, fc.constantFrom('zh', 'en'), (one, two, language) => {
        const [first] = sample.qualifications;
        const data = {
          ...sample,
          qualifications: [{ ...first!, diseaseName: one, hospitals: [two] }],
          contacts: [{ office: one, phone: two }],
        };
        for (const line of renderChronicNotice(data, { language }).split('\n'))
          expect(displayWidth(line)).toBeLessThanOrEqual(PAGE_COLUMNS);
      }),
      { numRuns: 60 },
    );
  });

  test('every word is there in both languages', () => {
    for (const { zh, en } of [...Object.values(chronicNoticeLabels), ...chronicNoticeNotes]) {
      expect(zh).toMatch(/\p{Script=Han}|\{/u);
      expect(en).not.toMatch(/\p{Script=Han}/u);
      expect((en.match(/\{\w+\}/g) ?? []).toSorted()).toEqual((zh.match(/\{\w+\}/g) ?? []).toSorted());
    }
  });
});
