import type { Instant, LocalDate } from '@yijie/calendar';
import { type Fen, formatYuan, sumFen } from '@yijie/money';
import { chineseCapitals } from './chinese-capitals.ts';
import { displayWidth, padEndColumns, padStartColumns, printable, wrapColumns } from './display-width.ts';
import { formLabels } from './form-labels.ts';
import { type Form, fill, formPaper, formText } from './form-layout.ts';
import type { Language } from './labels.ts';
import type { Paper } from './paper/paper.ts';
import { PAGE_COLUMNS } from './print-layout.ts';

/** Care or a purchase elsewhere during a stay; its cost joins that stay (attachment 4, clearing-and-filing §1.13). */
export interface OutsideCareData {
  readonly person: { readonly name: string; readonly certificateNumber: string };
  readonly institutionName: string;
  readonly department: string;
  readonly admissionNumber: string;
  readonly admissionDate: LocalDate;
  readonly dischargeDate?: LocalDate | undefined;
  readonly outsideInstitutionName: string;
  readonly reason: string;
  readonly items: readonly {
    readonly name: string;
    /** As the bill prints it, with its unit. */
    readonly quantity: string;
    readonly day: LocalDate;
    readonly amountFen: Fen;
  }[];
}

const QUANTITY_COLUMNS = 12;
const DAY_COLUMNS = 14;
const AMOUNT_COLUMNS = 18;
const ITEM_COLUMNS = PAGE_COLUMNS - QUANTITY_COLUMNS - DAY_COLUMNS - AMOUNT_COLUMNS;

/** The slip for care elsewhere (外院检查、治疗、购药单, attachment 4) as text to print. */
export function renderOutsideCareSlip(
  data: OutsideCareData,
  options: { readonly language?: Language } = {},
): string {
  const language = options.language ?? 'zh';
  return formText(outsideCare(data, language), language);
}

/** The same as a paper, with the place of the hospital's seal. */
export function outsideCarePaper(data: OutsideCareData, at: Instant): Paper {
  return formPaper(outsideCare(data, 'zh'), at, 'zh');
}

function outsideCare(data: OutsideCareData, language: Language): Form {
  const words = (name: keyof typeof formLabels) => formLabels[name][language];
  const total = sumFen(data.items.map((item) => item.amountFen));
  const stay = fill(words('fromTo'), { from: data.admissionDate, lastDay: data.dischargeDate ?? '-' });
  return {
    title: words('titleOutside'),
    parts: [
      {
        kind: 'fields',
        fields: [
          { label: words('name'), value: data.person.name, quarters: 2 },
          { label: words('certificateNumber'), value: data.person.certificateNumber, quarters: 2 },
          { label: words('institution'), value: data.institutionName, quarters: 2 },
          { label: words('department'), value: data.department, quarters: 2 },
          { label: words('admissionNumber'), value: data.admissionNumber, quarters: 2 },
          { label: words('stay'), value: stay, quarters: 2 },
          { label: words('outsideInstitution'), value: data.outsideInstitutionName, quarters: 4 },
          { label: words('reason'), value: data.reason, quarters: 4 },
        ],
      },
      {
        kind: 'list',
        blocks: [
          {
            kind: 'table',
            keyColumns: 1,
            columns: [
              { heading: words('item'), type: 'T' },
              { heading: words('quantity'), type: 'C' },
              { heading: words('day'), type: 'D' },
              { heading: words('amount'), type: 'A' },
            ],
            rows: data.items.map((item) => [item.name, item.quantity, item.day, item.amountFen]),
            totals: [{ label: words('total'), cells: [null, null, null, total] }],
          },
        ],
        lines: [
          ...row(words('item'), words('quantity'), words('day'), words('amount')),
          ...data.items.flatMap((item) => row(item.name, item.quantity, item.day, money(item.amountFen))),
          ...row(words('total'), '', '', money(total)),
        ],
      },
      {
        kind: 'fields',
        fields: [{ label: words('capitals'), value: `人民币${chineseCapitals(total)}`, quarters: 4 }],
      },
    ],
    signatures: [
      { label: words('physicianSignature') },
      { label: words('officeSeal'), seal: `${data.institutionName}医保办公室` },
      { label: words('personSignature') },
      { label: words('date') },
    ],
  };
}

/** One item; a long name goes on below its first line, and takes along a quantity too long for its column. */
function row(item: string, quantity: string, day: string, amount: string): string[] {
  const fits = displayWidth(printable(quantity)) <= QUANTITY_COLUMNS - 2;
  const name = fits ? printable(item) : `${printable(item)} (${printable(quantity)})`;
  const [first = '', ...rest] = wrapColumns(name, ITEM_COLUMNS - 2);
  const line = [
    padEndColumns(first, ITEM_COLUMNS),
    padStartColumns(fits ? printable(quantity) : '', QUANTITY_COLUMNS - 2),
    '  ',
    padEndColumns(day, DAY_COLUMNS),
    padStartColumns(amount, AMOUNT_COLUMNS),
  ].join('');
  return [line, ...rest];
}

function money(amount: Fen): string {
  return formatYuan(amount, { grouped: true });
}
