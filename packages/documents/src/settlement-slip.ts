import { FEE_CATEGORY_CODES, FEE_CATEGORY_NAMES, type FeeCategoryCode } from '@yijie/codes';
import { type Fen, fen, formatYuan, fundTotal, sumFen } from '@yijie/money';
import { chineseCapitals } from './chinese-capitals.ts';
import { padEndColumns, padStartColumns, printable, wrapColumns } from './display-width.ts';
import { feeCategoryNamesEn, type Language, slipLabels } from './labels.ts';
import {
  amountLine,
  besides,
  COLON,
  centred,
  layFields,
  numbered,
  PAGE_COLUMNS,
  rule,
  spread,
} from './print-layout.ts';
import {
  assertBalanced,
  CATEGORY_AMOUNTS,
  EMPTY_CATEGORY,
  type LabelName,
  personFields,
  remarkText,
  slipTitle,
  timeText,
  visitFields,
  type Words,
} from './slip-content.ts';
import type { SlipCategory, SlipData } from './slip-data.ts';

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

function heading(slip: SlipData, words: Words, language: Language): string[] {
  return [
    centred(slipTitle(slip, language)),
    '',
    ...spread(`${words('settlementId')}${COLON[language]}${printable(slip.settlementId)}`, words('unit')),
    ...(slip.originalSettlementId === undefined
      ? []
      : [`${words('originalSettlementId')}${COLON[language]}${printable(slip.originalSettlementId)}`]),
  ];
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
        CATEGORY_AMOUNTS.map((part) => money(part(byCode.get(code) ?? EMPTY_CATEGORY))),
      ),
    ),
    rule('-'),
    tableRow(
      words('total'),
      CATEGORY_AMOUNTS.map((part) => money(total(part))),
    ),
  ];
}

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
