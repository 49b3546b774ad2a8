import { daysBetween, type Instant, localDateAt, startOfDay } from '@yijie/calendar';
import { describeFailure, isErrorCode } from '@yijie/errors';
import { assert, assertShares, type Fen, sumFen, ZERO_FEN } from '@yijie/money';
import { printable } from './display-width.ts';
import {
  filingTypeLabels,
  hospitalLevelLabels,
  type Language,
  personClassLabels,
  ratioClassLabels,
  schemeLabels,
  slipLabels,
  visitKindLabels,
} from './labels.ts';
import type { Field } from './print-layout.ts';
import type { SlipCategory, SlipData } from './slip-data.ts';

export type LabelName = keyof typeof slipLabels;
export type Words = (name: LabelName) => string;

export function assertBalanced(slip: SlipData): void {
  assertShares(slip.shares, slip.totalFen);
  for (const row of slip.categories) {
    const parts = sumFen([row.selfPaidFen, row.overLimitFen, row.prepaySelfFen, row.inScopeFen]);
    assert(parts === row.totalFen, `category ${row.code}: parts ${parts}, total ${row.totalFen}`);
  }
  const codes = new Set(slip.categories.map((row) => row.code));
  assert(codes.size === slip.categories.length, 'a category occurs twice on the slip');
  const sum = sumFen(slip.categories.map((row) => row.totalFen));
  assert(sum === slip.totalFen, `categories sum to ${sum}, the bill to ${slip.totalFen}`);
}

export function slipTitle(slip: SlipData, language: Language): string {
  const outpatient = slip.visitKind === 'outpatient' || slip.visitKind === 'chronic';
  const title = slipLabels[outpatient ? 'titleOutpatient' : 'titleInpatient'][language];
  const refund = slip.originalSettlementId === undefined ? '' : slipLabels.titleRefund[language];
  const province = printable(slip.provinceName);
  const gap = province !== '' && language === 'en' ? ' - ' : '';
  return `${province}${gap}${title}${refund}`;
}

export function personFields(slip: SlipData, words: Words, language: Language): Field[] {
  const { person } = slip;
  return [
    { label: words('name'), value: person.name, quarters: 1 },
    { label: words('gender'), value: person.gender, quarters: 1 },
    ...optional(words('age'), person.ageYears?.toString(), 1),
    { label: words('scheme'), value: schemeLabels[slip.scheme][language], quarters: 1 },
    { label: words('personClass'), value: personClassLabels[slip.personClass][language], quarters: 1 },
    { label: words('certificateNumber'), value: person.certificateNumber, quarters: 2 },
    ...optional(words('personNumber'), person.personNumber, 1),
    { label: words('homeRegion'), value: region(slip.homeRegion), quarters: 2 },
    { label: words('treatmentSite'), value: region(slip.treatmentSite), quarters: 2 },
    {
      label: words('filingType'),
      value: slip.filingType === undefined ? '' : filingTypeLabels[slip.filingType][language],
      quarters: 2,
    },
    { label: words('ratioClass'), value: ratioClassLabels[slip.ratioClass][language], quarters: 2 },
  ];
}

export function visitFields(slip: SlipData, words: Words, language: Language): Field[] {
  const { institution } = slip;
  const stay = slip.visitKind === 'inpatient' || slip.visitKind === 'maternity';
  const dates: Field[] = stay
    ? [
        { label: words('admissionDate'), value: slip.admissionDate, quarters: 1 },
        { label: words('dischargeDate'), value: slip.dischargeDate ?? '', quarters: 1 },
        { label: words('days'), value: stayDays(slip), quarters: 1 },
      ]
    : [{ label: words('visitDate'), value: slip.admissionDate, quarters: 1 }];
  return [
    { label: words('institution'), value: `${institution.name} (${institution.code})`, quarters: 2 },
    { label: words('level'), value: hospitalLevelLabels[institution.level][language], quarters: 1 },
    { label: words('visitKind'), value: visitKindLabels[slip.visitKind][language], quarters: 1 },
    ...dates,
    {
      label: `${words('emergency')}/${words('injury')}`,
      value: `${words(slip.emergency ? 'yes' : 'no')}/${words(slip.injury ? 'yes' : 'no')}`,
      quarters: 1,
    },
    ...optional(words('department'), slip.department, 1),
    ...optional(words('bedNumber'), slip.bedNumber, 1),
    ...optional(words('admissionNumber'), slip.admissionNumber, 2),
    ...optional(words('admissionDiagnosis'), slip.admissionDiagnosis, 2),
    ...optional(words('dischargeDiagnosis'), slip.dischargeDiagnosis, 2),
    { label: words('visitId'), value: slip.visitId, quarters: 4 },
  ];
}

function optional(label: string, value: string | undefined, quarters: Field['quarters']): Field[] {
  return value === undefined || value === '' ? [] : [{ label, value, quarters }];
}

function region(of: { readonly code: string; readonly name: string }): string {
  return of.name === '' ? of.code : `${of.name} (${of.code})`;
}

/** Discharge minus admission, at least one. */
function stayDays(slip: SlipData): string {
  if (slip.dischargeDate === undefined) return '';
  return Math.max(1, daysBetween(slip.admissionDate, slip.dischargeDate)).toString();
}

/** Columns of the category table, in its order. */
export const CATEGORY_AMOUNTS: readonly ((row: Omit<SlipCategory, 'code'>) => Fen)[] = [
  (row) => row.totalFen,
  (row) => row.selfPaidFen,
  (row) => row.overLimitFen,
  (row) => row.prepaySelfFen,
  (row) => row.inScopeFen,
];

/** A category that doesn't occur: the slip prints all 14. */
export const EMPTY_CATEGORY: Omit<SlipCategory, 'code'> = {
  totalFen: ZERO_FEN,
  selfPaidFen: ZERO_FEN,
  overLimitFen: ZERO_FEN,
  prepaySelfFen: ZERO_FEN,
  inScopeFen: ZERO_FEN,
};

/** A note's code (`ACC-BALANCE`, `OK-BEST`) becomes its sentence: a patient doesn't read codes. */
export function remarkText(remark: string, language: Language): string {
  if (remark === 'OK-BEST') return slipLabels.bestFiling[language];
  if (!isErrorCode(remark)) return remark;
  const note = describeFailure(remark);
  return language === 'zh' ? `${note.messageZh}${note.remedyZh}` : `${note.messageEn} ${note.remedyEn}`;
}

/** YYYY-MM-DD HH:MM:SS in Asia/Shanghai. */
export function timeText(instant: Instant): string {
  const day = localDateAt(instant);
  const seconds = Math.floor((instant - startOfDay(day)) / 1_000);
  const two = (value: number) => value.toString().padStart(2, '0');
  return `${day} ${two(Math.floor(seconds / 3_600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
