import type { LocalDate } from '@yijie/calendar';
import type { FilingType } from '@yijie/codes';
import { printable } from './display-width.ts';
import { formLabels, formTexts } from './form-labels.ts';
import { fill, layForm, signatureLine } from './form-layout.ts';
import { filingTypeLabels, type Language } from './labels.ts';
import { COLON, type Field, layFields, numbered } from './print-layout.ts';
import type { SlipRegion } from './slip-data.ts';

interface SignedBy {
  readonly name: string;
  readonly certificateNumber: string;
}

/** What a commitment letter states (attachment 2). */
export interface CommitmentData {
  readonly person: SignedBy;
  readonly homeRegion: SlipRegion;
  readonly targetRegion: SlipRegion;
  readonly type: FilingType;
  /** What the person promises to be true, in a sentence. */
  readonly fact: string;
  readonly proofDueOn: LocalDate;
}

/** The commitment letter (个人承诺书, attachment 2) as text to print. */
export function renderCommitment(
  data: CommitmentData,
  options: { readonly language?: Language } = {},
): string {
  const language = options.language ?? 'zh';
  const words = wordsOf(language);
  const values = {
    filingType: filingTypeLabels[data.type][language],
    fact: printable(data.fact).replace(/[。.]$/, ''),
    proofDueOn: data.proofDueOn,
  };
  const promises = formTexts.commitment.map((text) => fill(text[language], values));
  return layForm(
    words('titleCommitment'),
    [
      layFields(
        [
          ...personFields(data.person, words),
          {
            label: words('homeRegion'),
            value: `${data.homeRegion.name} (${data.homeRegion.code})`,
            quarters: 2,
          },
          {
            label: words('targetRegion'),
            value: `${data.targetRegion.name} (${data.targetRegion.code})`,
            quarters: 2,
          },
          { label: words('filingType'), value: filingTypeLabels[data.type][language], quarters: 2 },
          { label: words('proofDueOn'), value: data.proofDueOn, quarters: 2 },
        ],
        language,
      ),
      [`${words('promise')}${COLON[language]}`, ...numbered(promises)],
    ],
    signatureLine([words('personSignature'), words('date')], language),
  );
}

/** What an injury statement states (attachment 3). */
export interface InjuryStatementData {
  readonly person: SignedBy;
  readonly institutionName: string;
  readonly admissionNumber: string;
  readonly injuredAt: string;
  readonly place: string;
  readonly cause: string;
}

/** The injury statement (外伤无第三方责任承诺书, attachment 3) as text to print. */
export function renderInjuryStatement(
  data: InjuryStatementData,
  options: { readonly language?: Language } = {},
): string {
  const language = options.language ?? 'zh';
  const words = wordsOf(language);
  return layForm(
    words('titleInjury'),
    [
      layFields(
        [
          ...personFields(data.person, words),
          { label: words('institution'), value: data.institutionName, quarters: 2 },
          { label: words('admissionNumber'), value: data.admissionNumber, quarters: 2 },
        ],
        language,
      ),
      layFields(
        [
          { label: words('injuredAt'), value: data.injuredAt, quarters: 2 },
          { label: words('place'), value: data.place, quarters: 4 },
          { label: words('cause'), value: data.cause, quarters: 4 },
        ],
        language,
      ),
      [
        `${words('statement')}${COLON[language]}`,
        ...numbered(formTexts.injury.map((text) => text[language])),
      ],
    ],
    signatureLine([words('personSignature'), words('date')], language),
  );
}

type Words = (name: keyof typeof formLabels) => string;

function wordsOf(language: Language): Words {
  return (name) => formLabels[name][language];
}

function personFields(person: SignedBy, words: Words): Field[] {
  return [
    { label: words('name'), value: person.name, quarters: 2 },
    { label: words('certificateNumber'), value: person.certificateNumber, quarters: 2 },
  ];
}
