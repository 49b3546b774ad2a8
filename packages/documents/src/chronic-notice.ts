import { type LocalDate, startOfDay } from '@yijie/calendar';
import type { Scheme } from '@yijie/codes';
import { chronicNoticeLabels, chronicNoticeNotes } from './chronic-notice-labels.ts';
import { printable } from './display-width.ts';
import { type Form, fill, formPaper, formText } from './form-layout.ts';
import { type Language, schemeLabels } from './labels.ts';
import type { Paper } from './paper/paper.ts';
import type { SlipRegion } from './slip-data.ts';

/** What a person with a chronic disease is told about visits in other provinces. */
export interface ChronicNoticeData {
  readonly person: { readonly name: string; readonly certificateNumber: string };
  readonly scheme: Scheme;
  readonly homeRegion: SlipRegion;
  readonly issuedOn: LocalDate;
  /** Where filings in force reach. */
  readonly filedTo: readonly SlipRegion[];
  readonly qualifications: readonly {
    readonly diseaseCode: string;
    readonly diseaseName: string;
    readonly from: LocalDate;
    /** Included; undefined when open-ended. */
    readonly lastDay?: LocalDate | undefined;
    /** Names, or codes where no name is known; empty: wherever the disease is opened. */
    readonly hospitals: readonly string[];
    /** Settles directly across provinces on the day of the notice. */
    readonly isOpened: boolean;
  }[];
  /** Names of the diseases opened on the day of the notice. */
  readonly opened: readonly string[];
  readonly contacts: readonly { readonly office: string; readonly phone: string }[];
}

/** The cross-province chronic-disease notice (门诊慢特病跨省联网告知书) as text to print. */
export function renderChronicNotice(
  data: ChronicNoticeData,
  options: { readonly language?: Language } = {},
): string {
  const language = options.language ?? 'zh';
  return formText(chronicNotice(data, language), language);
}

/** The same as a paper, with the place of the home agency's seal. */
export function chronicNoticePaper(data: ChronicNoticeData): Paper {
  return formPaper(chronicNotice(data, 'zh'), startOfDay(data.issuedOn), 'zh');
}

function chronicNotice(data: ChronicNoticeData, language: Language): Form {
  const words = (name: keyof typeof chronicNoticeLabels) => chronicNoticeLabels[name][language];
  const list = (values: readonly string[]) => printable(values.join(language === 'zh' ? '、' : ', '));
  const sentences = (name: keyof typeof chronicNoticeLabels, texts: readonly string[]) =>
    ({ kind: 'sentences', heading: words(name), texts }) as const;
  const held = data.qualifications.map((one) => qualificationText(one, language));
  return {
    title: words('title'),
    parts: [
      {
        kind: 'fields',
        fields: [
          { label: words('name'), value: data.person.name, quarters: 2 },
          { label: words('certificateNumber'), value: data.person.certificateNumber, quarters: 2 },
          { label: words('scheme'), value: schemeLabels[data.scheme][language], quarters: 2 },
          { label: words('homeRegion'), value: region(data.homeRegion), quarters: 2 },
          { label: words('issuedOn'), value: data.issuedOn, quarters: 2 },
          {
            label: words('filedTo'),
            value: data.filedTo.length === 0 ? words('noFiling') : list(data.filedTo.map(region)),
            quarters: 4,
          },
        ],
      },
      sentences('qualifications', held.length === 0 ? [words('noQualification')] : held),
      { kind: 'note', text: fill(words('openedList'), { diseases: list(data.opened) }) },
      sentences(
        'notes',
        chronicNoticeNotes.map((note) => note[language]),
      ),
      ...(data.contacts.length === 0
        ? []
        : [
            sentences(
              'contacts',
              data.contacts.map((contact) => printable(fill(words('contact'), { ...contact }))),
            ),
          ]),
    ],
    signatures: [
      { label: words('agencySeal'), seal: `${data.homeRegion.name}医疗保障经办机构` },
      { label: words('personSignature') },
    ],
  };
}

function qualificationText(one: ChronicNoticeData['qualifications'][number], language: Language): string {
  const words = (name: keyof typeof chronicNoticeLabels) => chronicNoticeLabels[name][language];
  const valid =
    one.lastDay === undefined
      ? fill(words('validFrom'), { from: one.from })
      : fill(words('validBetween'), { from: one.from, lastDay: one.lastDay });
  const where =
    one.hospitals.length === 0
      ? words('anyHospital')
      : fill(words('hospitals'), { hospitals: one.hospitals.join(language === 'zh' ? '、' : ', ') });
  const parts = [
    `${one.diseaseName} (${one.diseaseCode})`,
    valid,
    words(one.isOpened ? 'opened' : 'notOpened'),
    ...(one.isOpened ? [where] : []),
  ];
  return printable(parts.join(language === 'zh' ? '；' : '; '));
}

function region({ name, code }: SlipRegion): string {
  return `${name} (${code})`;
}
