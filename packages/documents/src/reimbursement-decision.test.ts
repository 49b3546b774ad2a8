import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import { fen, NO_SHARES } from '@yijie/money';
import fc from 'fast-check';
import { displayWidth } from './display-width.ts';
import { PAGE_COLUMNS } from './print-layout.ts';
import { type ReimbursementDecisionData, renderReimbursementDecision } from './reimbursement-decision.ts';
import { reimbursementLabels } from './reimbursement-labels.ts';

const sample: ReimbursementDecisionData = {
  reimbursementId: '0190f0d2-0000-7000-8000-000000000001',
  decidedOn: localDate('2025-08-01'),
  person: { name: '林知夏', certificateNumber: '0000**********0047' },
  scheme: 'employee',
  homeRegion: { name: '长沙市', code: '430100' },
  treatmentRegion: { name: '郑州市', code: '410100' },
  institutionName: '某医院',
  visitKind: 'inpatient',
  admissionDate: localDate('2025-05-20'),
  dischargeDate: localDate('2025-06-01'),
  paidInFullOn: localDate('2025-06-01'),
  receiptNumber: 'R-1',
  receivedOn: localDate('2025-07-01'),
  totalFen: fen(1_000_000),
  reason: '材料齐全',
  granted: {
    ratioClass: 'REDUCED_A',
    policyVersion: '430100-employee@2025-01-01',
    benefitYear: '2025',
    deductibleFen: fen(110_000),
    shares: {
      ...NO_SHARES,
      poolFundFen: fen(600_000),
      ownAccountFen: fen(50_000),
      personalCashFen: fen(350_000),
    },
    payableFen: fen(650_000),
    bankAccount: '****1234',
    payment: { paidOn: localDate('2025-08-05'), bankReference: 'B-77' },
  },
};

describe('the decision on a claim', () => {
  test.each(['zh', 'en'] as const)('prints as in test/reimbursement.%s.txt', (language) => {
    const printed = readFileSync(new URL(`../test/reimbursement.${language}.txt`, import.meta.url), 'utf8');
    const rejected = { ...sample, granted: undefined, reason: '不属于医保支付范围' };
    expect([sample, rejected].map((data) => renderReimbursementDecision(data, { language })).join('\n')).toBe(
      printed,
    );
  });

  test('shows what moved and nothing that did not', () => {
    const text = renderReimbursementDecision(sample);
    expect(text).toMatch(/^应付金额 +6,500\.00$/m);
    expect(text).toContain('人民币陆仟伍佰元整');
    expect(text).not.toContain('公务员');
    expect(text).not.toContain('医院负担');
  });

  test('no line is wider than the page, whatever the texts', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 150 });
    fc.assert(
      fc.property(text, text, fc.constantFrom('zh', 'en'), (one, two, language) => {
        const data = { ...sample, reason: one, institutionName: two };
        const page = renderReimbursementDecision(data, { language });
        for (const line of page.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(PAGE_COLUMNS);
      }),
      { numRuns: 100 },
    );
  });

  test('every word is there in both languages', () => {
    for (const { zh, en } of Object.values(reimbursementLabels)) {
      expect(en).not.toMatch(/\p{Script=Han}/u);
      expect(en.match(/\{\w+\}/g) ?? []).toEqual(zh.match(/\{\w+\}/g) ?? []);
    }
  });
});
