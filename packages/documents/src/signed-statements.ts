import type { Instant, LocalDate } from '@yijie/calendar';
import type { FilingType } from '@yijie/codes';
import { printable } from './display-width.ts';
import { formLabels, formTexts } from './form-labels.ts';
import { type Form, fill, formPaper, formText } from './form-layout.ts';
import { filingTypeLabels, type Language } from './labels.ts';
import type { Paper } from './paper/paper.ts';
import type { Field } from './print-layout.ts';
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
  return formText(commitment(data, language), language);
}

export function commitmentPaper(data: CommitmentData, at: Instant): Paper {
  return formPaper(commitment(data, 'zh'), at, 'zh');
}

function commitment(data: CommitmentData, language: Language): Form {
  const words = wordsOf(language);
  const values = {
    filingType: filingTypeLabels[data.type][language],
    fact: printable(data.fact).replace(/[。.]$/, ''),
    proofDueOn: data.proofDueOn,
  };
  return {
    title: words('titleCommitment'),
    parts: [
      {
        kind: 'fields',
        fields: [
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
      },
      {
        kind: 'sentences',
        heading: words('promise'),
        texts: formTexts.commitment.map((text) => fill(text[language], values)),
      },
    ],
    signatures: [{ label: words('personSignature') }, { label: words('date') }],
  };
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
  return formText(injuryStatement(data, language), language);
}

export function injuryStatementPaper(data: InjuryStatementData, at: Instant): Paper {
  return formPaper(injuryStatement(data, 'zh'), at, 'zh');
}

function injuryStatement(data: InjuryStatementData, language: Language): Form {
  const words = wordsOf(language);
  return {
    title: words('titleInjury'),
    parts: [
      {
        kind: 'fields',
        fields: [
          ...personFields(data.person, words),
          { label: words('institution'), value: data.institutionName, quarters: 2 },
          { label: words('admissionNumber'), value: data.admissionNumber, quarters: 2 },
        ],
      },
      {
        kind: 'fields',
        fields: [
          { label: words('injuredAt'), value: data.injuredAt, quarters: 2 },
          { label: words('place'), value: data.place, quarters: 4 },
          { label: words('cause'), value: data.cause, quarters: 4 },
        ],
      },
      {
        kind: 'sentences',
        heading: words('statement'),
        texts: formTexts.injury.map((text) => text[language]),
      },
    ],
    signatures: [{ label: words('personSignature') }, { label: words('date') }],
  };
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
