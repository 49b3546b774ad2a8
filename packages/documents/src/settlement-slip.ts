import { daysBetween, type Instant, localDateAt, startOfDay } from '@yijie/calendar';
import { FEE_CATEGORY_CODES, FEE_CATEGORY_NAMES, type FeeCategoryCode } from '@yijie/codes';
import { describeFailure, isErrorCode } from '@yijie/errors';
import { assert, assertShares, type Fen, fen, formatYuan, fundTotal, sumFen, ZERO_FEN } from '@yijie/money';
import { chineseCapitals } from './chinese-capitals.ts';
import { padEndColumns, padStartColumns, printable, wrapColumns } from './display-width.ts';
import {
  feeCategoryNamesEn,
  filingTypeLabels,
  hospitalLevelLabels,
  type Language,
  personClassLabels,
  ratioClassLabels,
  schemeLabels,
  slipLabels,
  visitKindLabels,
} from './labels.ts';
import {
  amountLine,
  besides,
  COLON,
  centred,
  type Field,
  layFields,
  numbered,
  PAGE_COLUMNS,
  rule,
  spread,
} from './print-layout.ts';
import type { SlipCategory, SlipData } from './slip-data.ts';

type LabelName = keyof typeof slipLabels;
type Words = (name: LabelName) => string;

/**
 * The settlement slip (attachment 5) as text to print, 100 columns wide. Throws when the amounts don't add up: a slip
 * that is wrong must not reach a patient.
 */
export function renderSlip(slip: SlipData, options: { readonly language?: Language } = {}): string {
  const language = options.language ?? 'zh';
  const words: Words = (name) => slipLabels[name][language];
  assertBalanced(slip);
  const lines = [
    ...heading(slip, words, language),
    rule('='),
    ...layFields(personFields(slip, words, language), language),
    rule('-'),
    ...layFields(visitFields(slip, words, language), language),
    rule('='),
    ...categoryTable(slip, words, language),
    rule('='),
    ...payment(slip, words, language),
    ...remarks(slip, words, language),
    rule('='),
    ...signatures(slip, words, language),
    ...explanation(slip, words, language),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function assertBalanced(slip: SlipData): void {
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

function heading(slip: SlipData, words: Words, language: Language): string[] {
  const title = words(
    slip.visitKind === 'outpatient' || slip.visitKind === 'chronic' ? 'titleOutpatient' : 'titleInpatient',
  );
  const refund = slip.originalSettlementId === undefined ? '' : words('titleRefund');
  const province = printable(slip.provinceName);
  const gap = language === 'en' ? ' - ' : '';
  return [
    centred(`${province}${province === '' ? '' : gap}${title}${refund}`),
    '',
    ...spread(`${words('settlementId')}${COLON[language]}${printable(slip.settlementId)}`, words('unit')),
    ...(slip.originalSettlementId === undefined
      ? []
      : [`${words('originalSettlementId')}${COLON[language]}${printable(slip.originalSettlementId)}`]),
  ];
}

function personFields(slip: SlipData, words: Words, language: Language): Field[] {
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

function visitFields(slip: SlipData, words: Words, language: Language): Field[] {
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

const NAME_COLUMNS = 25;
const AMOUNT_COLUMNS = 15;

function categoryTable(slip: SlipData, words: Words, language: Language): string[] {
  const byCode = new Map(slip.categories.map((row) => [row.code, row]));
  const name = (code: FeeCategoryCode) =>
    `${code} ${language === 'zh' ? FEE_CATEGORY_NAMES[code] : feeCategoryNamesEn[code]}`;
  const head = (['amount', 'selfPaid', 'overLimit', 'prepaySelf', 'inScope'] as const).map(words);
  const total = (part: (row: SlipCategory) => Fen) => sumFen(slip.categories.map(part));
  return [
    tableRow(words('category'), head),
    rule('-'),
    ...FEE_CATEGORY_CODES.map((code) =>
      tableRow(
        name(code),
        PARTS.map((part) => money(part(byCode.get(code) ?? EMPTY))),
      ),
    ),
    rule('-'),
    tableRow(
      words('total'),
      PARTS.map((part) => money(total(part))),
    ),
  ];
}

const PARTS: readonly ((row: Omit<SlipCategory, 'code'>) => Fen)[] = [
  (row) => row.totalFen,
  (row) => row.selfPaidFen,
  (row) => row.overLimitFen,
  (row) => row.prepaySelfFen,
  (row) => row.inScopeFen,
];

const EMPTY: Omit<SlipCategory, 'code'> = {
  totalFen: ZERO_FEN,
  selfPaidFen: ZERO_FEN,
  overLimitFen: ZERO_FEN,
  prepaySelfFen: ZERO_FEN,
  inScopeFen: ZERO_FEN,
};

function tableRow(name: string, cells: readonly string[]): string {
  return (
    padEndColumns(name, NAME_COLUMNS) + cells.map((cell) => padStartColumns(cell, AMOUNT_COLUMNS)).join('')
  );
}

const HALF_COLUMNS = 54;
const LEFT_COLUMNS = 46;
const RIGHT_COLUMNS = PAGE_COLUMNS - HALF_COLUMNS;

function payment(slip: SlipData, words: Words, language: Language): string[] {
  const { shares } = slip;
  const funds = fundTotal(shares);
  const left = (name: LabelName, amount: Fen) => amountLine(`  ${words(name)}`, money(amount), LEFT_COLUMNS);
  const right = (name: LabelName, amount: Fen, indent = '  ') =>
    amountLine(`${indent}${words(name)}`, money(amount), RIGHT_COLUMNS);
  const fundLines = [
    words('fundPart'),
    left('poolFund', shares.poolFundFen),
    left('largeAmount', shares.largeAmountFen),
    left('seriousIllness', shares.seriousIllnessFen),
    left('civilServant', shares.civilServantFen),
    left('enterpriseSupplement', shares.enterpriseSupplementFen),
    left('medicalAid', shares.medicalAidFen),
    left('otherFund', shares.otherFundFen),
    left('fundTotal', funds),
  ];
  const account = fen(shares.ownAccountFen + shares.familyAccountFen);
  const personLines = [
    words('personalPart'),
    right('account', account),
    right('familyAccount', shares.familyAccountFen, '    '),
    right('cash', shares.personalCashFen),
    right('personalTotal', fen(account + shares.personalCashFen)),
    right('hospitalPart', shares.hospitalPartFen),
    '',
    '',
    right('billTotal', slip.totalFen),
  ];
  return [
    ...besides(fundLines, personLines, HALF_COLUMNS),
    rule('-'),
    `${words('capitals')}${COLON[language]}人民币${chineseCapitals(funds)}`,
    ...layFields(
      (
        [
          ['deductible', slip.deductiblePaidFen],
          ['accountBalance', slip.accountBalanceAfterFen],
          ['yearDeductible', slip.yearDeductibleUsedFen],
          ['yearPool', slip.yearPoolUsedFen],
        ] as const
      ).map(([name, amount]) => ({ label: words(name), value: money(amount), quarters: 2 })),
      language,
    ),
  ];
}

function remarks(slip: SlipData, words: Words, language: Language): string[] {
  const policy = `${words('policyVersion')}${COLON[language]}${slip.policyVersion}`;
  if (slip.remarks.length === 0) return [rule('-'), policy];
  return [
    rule('-'),
    policy,
    `${words('remarks')}${COLON[language]}`,
    ...numbered(slip.remarks.map((remark) => remarkText(remark, language))),
  ];
}

/** A note's code (`ACC-BALANCE`, `OK-BEST`) becomes its sentence: a patient doesn't read codes. */
function remarkText(remark: string, language: Language): string {
  if (remark === 'OK-BEST') return slipLabels.bestFiling[language];
  if (!isErrorCode(remark)) return remark;
  const note = describeFailure(remark);
  return language === 'zh' ? `${note.messageZh}${note.remedyZh}` : `${note.messageEn} ${note.remedyEn}`;
}

function signatures(slip: SlipData, words: Words, language: Language): string[] {
  return [
    ...layFields(
      [
        { label: words('settledAt'), value: timeText(slip.settledAt), quarters: 2 },
        { label: words('operator'), value: slip.operator ?? '', quarters: 2 },
      ],
      language,
    ),
    '',
    [
      padEndColumns(`${words('personSignature')}${COLON[language]}`, 42),
      padEndColumns(`${words('hospitalSeal')}${COLON[language]}`, 34),
      `${words('date')}${COLON[language]}`,
    ].join(''),
  ];
}

function explanation(slip: SlipData, words: Words, language: Language): string[] {
  if (slip.explanation === undefined || slip.explanation.length === 0) return [];
  const indent = '   ';
  const steps = slip.explanation.flatMap((step, index) => {
    const sentence = language === 'zh' ? step.sentenceZh : step.sentenceEn;
    const [first = '', ...rest] = wrapColumns(printable(sentence), PAGE_COLUMNS - 22);
    const head = padStartColumns(`${index + 1}`, 2);
    return [
      amountLine(`${head} ${first}`, money(step.resultFen), PAGE_COLUMNS),
      ...rest.map((line) => `${indent}${line}`),
      ...wrapColumns(printable(step.formula), PAGE_COLUMNS - 3).map((line) => `${indent}${line}`),
      ...wrapColumns(`${words('source')}${COLON[language]}${printable(step.source)}`, PAGE_COLUMNS - 3).map(
        (line) => `${indent}${line}`,
      ),
    ];
  });
  return ['', rule('='), words('explanation'), rule('-'), ...steps, rule('=')];
}

function money(amount: Fen): string {
  return formatYuan(amount, { grouped: true });
}

/** YYYY-MM-DD HH:MM:SS in Asia/Shanghai. */
function timeText(instant: Instant): string {
  const day = localDateAt(instant);
  const seconds = Math.floor((instant - startOfDay(day)) / 1_000);
  const two = (value: number) => value.toString().padStart(2, '0');
  return `${day} ${two(Math.floor(seconds / 3_600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
