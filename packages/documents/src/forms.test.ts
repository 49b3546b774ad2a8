import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  sampleCommitment,
  sampleFilingForm,
  sampleInjury,
  sampleOutsideCare,
  sampleReferralForm,
} from '../test/sample-forms.ts';
import { displayWidth } from './display-width.ts';
import { renderFilingForm } from './filing-form.ts';
import { formLabels, formTexts } from './form-labels.ts';
import type { Language } from './labels.ts';
import { renderOutsideCareSlip } from './outside-care-slip.ts';
import { PAGE_COLUMNS } from './print-layout.ts';
import { renderCommitment, renderInjuryStatement } from './signed-statements.ts';

const printed = (name: string) => readFileSync(new URL(`../test/${name}.txt`, import.meta.url), 'utf8');

/** All five samples on one sheet, as test/forms.zh.txt and test/forms.en.txt show them. */
function allForms(language: Language): string {
  return [
    renderFilingForm(sampleFilingForm, { language }),
    renderFilingForm(sampleReferralForm, { language }),
    renderCommitment(sampleCommitment, { language }),
    renderInjuryStatement(sampleInjury, { language }),
    renderOutsideCareSlip(sampleOutsideCare, { language }),
  ].join('\n');
}

describe('the forms', () => {
  test.each(['zh', 'en'] as const)('print as in test/forms.%s.txt', (language) => {
    expect(allForms(language)).toBe(printed(`forms.${language}`));
  });

  test('a form without a proof, an address or a telephone says so', () => {
    const text = renderFilingForm({
      ...sampleFilingForm,
      type: 'TM_OTHER',
      proof: 'NONE',
      address: undefined,
    });
    expect(text).toContain('证明材料：不需要');
    expect(text).toContain('居住地址：-');
  });

  test('the items of care elsewhere are added up, in figures and in capitals', () => {
    const text = renderOutsideCareSlip(sampleOutsideCare);
    expect(text).toMatch(/^合计 +7,005\.12$/m);
    expect(text).toContain('人民币柒仟零伍元壹角贰分');
  });

  test('no line is wider than the page, whatever the texts', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 150 });
    fc.assert(
      fc.property(text, text, (one, two) => {
        const item = { ...sampleOutsideCare.items[0]!, name: one, quantity: two };
        const pages = [
          renderFilingForm({ ...sampleFilingForm, address: one, channel: two }),
          renderCommitment({ ...sampleCommitment, fact: one }),
          renderInjuryStatement({ ...sampleInjury, cause: one, place: two }, { language: 'en' }),
          renderOutsideCareSlip({ ...sampleOutsideCare, reason: one, items: [item] }),
        ];
        for (const line of pages.join('').split('\n')) {
          expect(displayWidth(line)).toBeLessThanOrEqual(PAGE_COLUMNS);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('every word and sentence is there in both languages, with the same values', () => {
    const values = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).toSorted();
    const all = [...Object.values(formLabels), ...Object.values(formTexts).flat()];
    for (const { zh, en } of all) {
      expect([zh, /\p{Script=Han}/u.test(zh) || values(zh).length > 0]).toEqual([zh, true]);
      expect([en, /[a-z]/i.test(en) && !/\p{Script=Han}/u.test(en)]).toEqual([en, true]);
      expect(values(en)).toEqual(values(zh));
    }
  });
});
