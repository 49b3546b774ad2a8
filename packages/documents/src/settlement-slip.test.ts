import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { fen, InvariantError, NO_SHARES } from '@yijie/money';
import fc from 'fast-check';
import { refundOf, sampleExplanation, sampleSlip } from '../test/sample-slip.ts';
import { displayWidth } from './display-width.ts';
import { slipLabels } from './labels.ts';
import { PAGE_COLUMNS } from './print-layout.ts';
import { renderSlip } from './settlement-slip.ts';
import type { SlipData } from './slip-data.ts';

const printed = (name: string) => readFileSync(new URL(`../test/${name}.txt`, import.meta.url), 'utf8');

describe('renderSlip', () => {
  test('prints the slip as in test/slip.zh.txt, with its explanation', () => {
    expect(renderSlip({ ...sampleSlip, explanation: sampleExplanation })).toBe(printed('slip.zh'));
  });

  test('prints the negative copy of a refund as in test/refund.zh.txt', () => {
    expect(renderSlip(refundOf(sampleSlip))).toBe(printed('refund.zh'));
  });

  test('prints in English as in test/slip.en.txt', () => {
    expect(renderSlip({ ...sampleSlip, explanation: sampleExplanation }, { language: 'en' })).toBe(
      printed('slip.en'),
    );
  });

  test('an outpatient visit has a day instead of a stay', () => {
    const text = renderSlip({ ...sampleSlip, visitKind: 'outpatient', dischargeDate: undefined });
    expect(text).toContain('异地就医门诊结算单');
    expect(text).toContain('就诊日期：2025-02-05');
    expect(text).not.toContain('住院天数');
  });

  test('a stay within one day counts as one', () => {
    expect(renderSlip({ ...sampleSlip, dischargeDate: sampleSlip.admissionDate })).toContain('住院天数：1 ');
  });

  test('says so when there was no filing, no operator, no remark', () => {
    const text = renderSlip({ ...sampleSlip, filingType: undefined, operator: undefined, remarks: [] });
    expect(text).toContain('备案类型：-');
    expect(text).toContain('经办人：-');
    expect(text).not.toContain('备注');
  });

  test('a note is printed as its sentence, not as its code', () => {
    const remarks = ['ACC-BALANCE', 'STL-LIMIT', 'OK-BEST', '住院日期作了移动。'];
    const text = renderSlip({ ...sampleSlip, remarks });
    expect(text).not.toMatch(/ACC-|STL-|OK-/);
    expect(text).toContain('1. 个人账户余额不足，不足部分由现金支付。不影响结算');
    expect(text).toContain('3. 同时有多条备案覆盖本次就医');
    expect(text).toContain('4. 住院日期作了移动。');
  });

  test.each<[string, Partial<SlipData>]>([
    ['shares that miss the total', { shares: { ...NO_SHARES, personalCashFen: fen(312_471) } }],
    ['categories that miss the total', { categories: sampleSlip.categories.slice(1) }],
    [
      'a category whose parts miss it',
      { categories: sampleSlip.categories.map((row) => ({ ...row, inScopeFen: fen(row.inScopeFen - 1) })) },
    ],
    ['a category twice', { categories: [...sampleSlip.categories, ...sampleSlip.categories] }],
  ])('throws instead of printing %s', (_what, change) => {
    expect(() => renderSlip({ ...sampleSlip, ...change })).toThrow(InvariantError);
  });

  test('no line is wider than the page, whatever the texts', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 120 });
    fc.assert(
      fc.property(
        text,
        text,
        text,
        fc.array(text, { maxLength: 3 }),
        (name, hospital, diagnosis, remarks) => {
          const slip: SlipData = {
            ...sampleSlip,
            person: { ...sampleSlip.person, name },
            institution: { ...sampleSlip.institution, name: hospital },
            dischargeDiagnosis: diagnosis,
            remarks,
          };
          for (const line of renderSlip(slip).split('\n')) {
            expect(displayWidth(line)).toBeLessThanOrEqual(PAGE_COLUMNS);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('the largest amounts stay in their columns', () => {
    const large = fen(99_999_999_999);
    const slip: SlipData = {
      ...sampleSlip,
      categories: [
        {
          code: '06',
          totalFen: large,
          selfPaidFen: fen(0),
          overLimitFen: fen(0),
          prepaySelfFen: fen(0),
          inScopeFen: large,
        },
      ],
      totalFen: large,
      shares: { ...NO_SHARES, poolFundFen: large },
    };
    const row = renderSlip(slip)
      .split('\n')
      .find((line) => line.startsWith('06 手术费'));
    expect(row).toMatch(/^06 手术费 +999,999,999\.99 +0\.00 +0\.00 +0\.00 +999,999,999\.99$/);
    expect(displayWidth(row ?? '')).toBe(PAGE_COLUMNS);
  });
});

describe('labels', () => {
  test('both languages are there, and Chinese labels are Chinese', () => {
    for (const [name, label] of Object.entries(slipLabels)) {
      expect([name, label.zh.trim() === '', label.en.trim() === '']).toEqual([name, false, false]);
      expect([name, /\p{Script=Han}/u.test(label.zh), /\p{Script=Han}/u.test(label.en)]).toEqual([
        name,
        true,
        false,
      ]);
    }
  });
});
