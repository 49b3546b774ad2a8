import type { Instant, LocalDate } from '@yijie/calendar';
import type { FilingType, PersonClass, Scheme } from '@yijie/codes';
import { valueWords } from '@yijie/errors';
import { formLabels, formTexts } from './form-labels.ts';
import { type Form, fill, formPaper, formText } from './form-layout.ts';
import { filingTypeLabels, type Language, personClassLabels, schemeLabels } from './labels.ts';
import type { Paper } from './paper/paper.ts';
import type { Field } from './print-layout.ts';
import type { SlipRegion } from './slip-data.ts';

/** A filing as its form shows it (attachment 1, clearing-and-filing §1.5). */
export interface FilingFormData {
  readonly filingId: string;
  readonly state: string;
  readonly channel: string;
  readonly appliedOn: LocalDate;
  readonly person: { readonly name: string; readonly gender: string; readonly certificateNumber: string };
  readonly scheme: Scheme;
  readonly personClass: PersonClass;
  readonly homeRegion: SlipRegion;
  readonly targetRegion: SlipRegion;
  readonly type: FilingType;
  readonly from: LocalDate;
  /** Last day, included; undefined when open-ended. */
  readonly lastDay?: LocalDate | undefined;
  readonly proof: 'NONE' | 'PENDING' | 'COMPLETE';
  readonly proofDueOn?: LocalDate | undefined;
  readonly referralHospital?: string | undefined;
  readonly referralDocument?: string | undefined;
  readonly address?: string | undefined;
  readonly contact?: string | undefined;
  readonly telephone?: string | undefined;
}

/** The filing form (异地就医备案登记表, attachment 1) as text to print. */
export function renderFilingForm(
  data: FilingFormData,
  options: { readonly language?: Language } = {},
): string {
  const language = options.language ?? 'zh';
  return formText(filingForm(data, language), language);
}

/** The same as a paper, with the place of the home agency's seal. */
export function filingFormPaper(data: FilingFormData, at: Instant): Paper {
  return formPaper(filingForm(data, 'zh'), at, 'zh');
}

function filingForm(form: FilingFormData, language: Language): Form {
  const words = (name: keyof typeof formLabels) => formLabels[name][language];
  const shown = (value: string) => valueWords[value]?.[language] ?? value;
  const fields = (of: readonly Field[]) => ({ kind: 'fields', fields: of }) as const;
  return {
    title: words('titleFiling'),
    parts: [
      fields([
        { label: words('filingId'), value: form.filingId, quarters: 2 },
        { label: words('state'), value: shown(form.state), quarters: 1 },
        { label: words('appliedOn'), value: form.appliedOn, quarters: 1 },
        { label: words('channel'), value: shown(form.channel), quarters: 4 },
      ]),
      fields([
        { label: words('name'), value: form.person.name, quarters: 1 },
        { label: words('gender'), value: form.person.gender, quarters: 1 },
        { label: words('certificateNumber'), value: form.person.certificateNumber, quarters: 2 },
        { label: words('scheme'), value: schemeLabels[form.scheme][language], quarters: 1 },
        { label: words('personClass'), value: personClassLabels[form.personClass][language], quarters: 1 },
        { label: words('contact'), value: form.contact ?? '', quarters: 1 },
        { label: words('telephone'), value: form.telephone ?? '', quarters: 1 },
        { label: words('address'), value: form.address ?? '', quarters: 4 },
      ]),
      fields([
        {
          label: words('homeRegion'),
          value: `${form.homeRegion.name} (${form.homeRegion.code})`,
          quarters: 2,
        },
        {
          label: words('targetRegion'),
          value: `${form.targetRegion.name} (${form.targetRegion.code})`,
          quarters: 2,
        },
        { label: words('filingType'), value: filingTypeLabels[form.type][language], quarters: 2 },
        { label: words('validity'), value: validityText(form, words), quarters: 2 },
        { label: words('proof'), value: proofText(form, words), quarters: 2 },
        ...(form.type === 'TM_REFERRAL'
          ? ([
              { label: words('referralHospital'), value: form.referralHospital ?? '', quarters: 2 },
              { label: words('referralDocument'), value: form.referralDocument ?? '', quarters: 2 },
            ] as const)
          : []),
      ]),
      {
        kind: 'sentences',
        heading: words('notes'),
        texts: formTexts.filingNotes.map((text) => text[language]),
      },
    ],
    signatures: [
      { label: words('personSignature') },
      { label: words('agencySeal'), seal: `${form.homeRegion.name}医疗保障经办机构` },
      { label: words('date') },
    ],
  };
}

type Words = (name: keyof typeof formLabels) => string;

function validityText({ from, lastDay }: FilingFormData, words: Words): string {
  return lastDay === undefined
    ? fill(words('openEndedFrom'), { from })
    : fill(words('fromTo'), { from, lastDay });
}

function proofText({ proof, proofDueOn }: FilingFormData, words: Words): string {
  if (proof === 'NONE') return words('proofNone');
  if (proof === 'COMPLETE') return words('proofGiven');
  return proofDueOn === undefined ? words('byCommitment') : fill(words('byCommitmentUntil'), { proofDueOn });
}
