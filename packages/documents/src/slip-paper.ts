import { FEE_CATEGORY_CODES, FEE_CATEGORY_NAMES } from '@yijie/codes';
import { type Fen, fen, fundTotal, sumFen } from '@yijie/money';
import { chineseCapitals } from './chinese-capitals.ts';
import { textField } from './form-layout.ts';
import { slipLabels } from './labels.ts';
import type { Paper, PaperTable } from './paper/paper.ts';
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
import type { SlipData } from './slip-data.ts';

/** The settlement slip (attachment 5) as a paper. Throws when the amounts don't add up, as the text does. */
export function slipPaper(slip: SlipData): Paper {
  assertBalanced(slip);
  const original =
    slip.originalSettlementId === undefined
      ? []
      : [[`${words('originalSettlementId')}：${slip.originalSettlementId}`]];
  const remarks = slip.remarks.map((remark, index) => `${index + 1}. ${remarkText(remark, 'zh')}`);
  return {
    title: slipTitle(slip, 'zh'),
    compact: true,
    head: [[`${words('settlementId')}：${slip.settlementId}`, words('unit')], ...original],
    blocks: [
      {
        kind: 'fields',
        fields: [...personFields(slip, words, 'zh'), ...visitFields(slip, words, 'zh')].map(textField),
      },
      categoryTable(slip),
      paymentTable(slip),
      ...(remarks.length === 0
        ? []
        : [{ kind: 'paragraphs', heading: `${words('remarks')}：`, texts: remarks } as const]),
      {
        kind: 'signatures',
        places: [
          { label: words('personSignature') },
          { label: words('operator'), value: slip.operator },
          { label: words('date') },
          { label: words('hospitalSeal'), seal: slip.institution.name },
        ],
      },
    ],
    foot: `${words('settledAt')}：${timeText(slip.settledAt)}　${words('policyVersion')}：${slip.policyVersion}`,
    createdAt: slip.settledAt,
  };
}

const words: Words = (name) => slipLabels[name].zh;

function categoryTable(slip: SlipData): PaperTable {
  const byCode = new Map(slip.categories.map((row) => [row.code, row]));
  const heads = ['amount', 'selfPaid', 'overLimit', 'prepaySelf', 'inScope'] as const;
  return {
    kind: 'table',
    keyColumns: 1,
    columns: [
      { heading: words('category'), type: 'T' },
      ...heads.map((name) => ({ heading: words(name), type: 'A' as const })),
    ],
    rows: FEE_CATEGORY_CODES.map((code) => [
      `${code} ${FEE_CATEGORY_NAMES[code]}`,
      ...CATEGORY_AMOUNTS.map((amount) => amount(byCode.get(code) ?? EMPTY_CATEGORY)),
    ]),
    totals: [
      {
        label: words('total'),
        cells: [null, ...CATEGORY_AMOUNTS.map((amount) => sumFen(slip.categories.map(amount)))],
      },
    ],
  };
}

/** What funds pay at the left, what else pays and the year's sums at the right. */
function paymentTable(slip: SlipData): PaperTable {
  const { shares } = slip;
  const account = fen(shares.ownAccountFen + shares.familyAccountFen);
  const lines: readonly (readonly [LabelName, Fen, LabelName, Fen])[] = [
    ['poolFund', shares.poolFundFen, 'account', account],
    ['largeAmount', shares.largeAmountFen, 'familyAccount', shares.familyAccountFen],
    ['seriousIllness', shares.seriousIllnessFen, 'cash', shares.personalCashFen],
    ['civilServant', shares.civilServantFen, 'personalTotal', fen(account + shares.personalCashFen)],
    ['enterpriseSupplement', shares.enterpriseSupplementFen, 'hospitalPart', shares.hospitalPartFen],
    ['medicalAid', shares.medicalAidFen, 'billTotal', slip.totalFen],
    ['otherFund', shares.otherFundFen, 'deductible', slip.deductiblePaidFen],
    ['fundTotal', fundTotal(shares), 'accountBalance', slip.accountBalanceAfterFen],
    ['yearDeductible', slip.yearDeductibleUsedFen, 'yearPool', slip.yearPoolUsedFen],
  ];
  return {
    kind: 'table',
    keyColumns: 1,
    columns: [
      { heading: words('fundPart'), type: 'T' },
      { heading: words('amount'), type: 'A' },
      { heading: words('personalPart'), type: 'T' },
      { heading: words('amount'), type: 'A' },
    ],
    rows: lines.map(([left, leftFen, right, rightFen]) => [words(left), leftFen, words(right), rightFen]),
    totals: [
      {
        label: `${words('capitals')}：人民币${chineseCapitals(fundTotal(shares))}`,
        cells: [null, null, null, null],
      },
    ],
  };
}
