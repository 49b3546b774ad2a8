import { type Instant, localDate, startOfDay } from '@yijie/calendar';
import { type Fen, fen, NO_SHARES, negateShares } from '@yijie/money';
import type { SlipCategory, SlipData } from '../src/slip-data.ts';

function category(
  code: SlipCategory['code'],
  selfPaid: number,
  overLimit: number,
  prepay: number,
  inScope: number,
): SlipCategory {
  return {
    code,
    totalFen: fen(selfPaid + overLimit + prepay + inScope),
    selfPaidFen: fen(selfPaid),
    overLimitFen: fen(overLimit),
    prepaySelfFen: fen(prepay),
    inScopeFen: fen(inScope),
  };
}

/** Invented: no such person, hospital or bill. */
export const sampleSlip: SlipData = {
  provinceName: '河南省',
  settlementId: '0194d3a2-7c1e-7b40-9e55-3f2a8d10c6b1',
  visitId: '0194d39f-1111-7000-8000-000000000001',
  person: { name: '刘某某', gender: '女', ageYears: 67, certificateNumber: '430102********1234' },
  scheme: 'resident',
  personClass: 'resident',
  homeRegion: { code: '430100', name: '长沙市' },
  treatmentSite: { code: '410100', name: '郑州市' },
  filingType: 'TM_REFERRAL',
  ratioClass: 'REDUCED_A',
  institution: { code: 'H41010000001', name: '示例省肿瘤医院', level: 'L3' },
  department: '肿瘤内科',
  bedNumber: '12-3',
  admissionNumber: 'ZY20250205001',
  admissionDiagnosis: 'C34.900 支气管或肺恶性肿瘤',
  dischargeDiagnosis: 'C34.900 支气管或肺恶性肿瘤',
  visitKind: 'inpatient',
  admissionDate: localDate('2025-02-05'),
  dischargeDate: localDate('2025-02-06'),
  emergency: false,
  injury: false,
  categories: [
    category('01', 0, 1_000, 0, 4_000),
    category('04', 0, 0, 0, 92_350),
    category('09', 12_345, 0, 10_050, 192_727),
  ],
  totalFen: fen(312_472),
  deductiblePaidFen: fen(150_000),
  shares: {
    ...NO_SHARES,
    poolFundFen: fen(90_401),
    ownAccountFen: fen(20_000),
    familyAccountFen: fen(5_000),
    personalCashFen: fen(197_071),
  },
  accountBalanceAfterFen: fen(0),
  yearDeductibleUsedFen: fen(150_000),
  yearPoolUsedFen: fen(90_401),
  policyVersion: '430100-resident@2025-01-01',
  settledAt: (startOfDay(localDate('2025-02-06')) + 37_805_000) as Instant,
  operator: '示例经办',
  remarks: [
    '本结算单的费用明细取自2022年一份真实住院费用清单，住院日期移至2025年2月5日，以便适用有据可查的目录和待遇政策；项目、数量、单价和金额未作改动。',
    '个人账户余额不足，不足部分由现金支付：账户支付 250.00 元，现金 1,970.71 元。',
  ],
};

export const sampleExplanation = [
  {
    rule: 'deductible',
    source: '示例文件〔2024〕1号 第三条',
    sentenceZh: '本年度第一次在三级医院住院，先扣除起付标准。',
    sentenceEn: 'First stay of the year in a level-3 hospital: the deductible is taken first.',
    formula: 'min(2,890.77, 1,500.00) = 1,500.00',
    resultFen: fen(150_000),
  },
  {
    rule: 'basic',
    source: '示例文件〔2024〕1号 第五条',
    sentenceZh: '起付标准以上的部分由统筹基金按65%支付。',
    sentenceEn: 'The pool fund pays 65 % of what exceeds the deductible.',
    formula: '(2,890.77 − 1,500.00) × 65 % = 904.00',
    resultFen: fen(90_401),
  },
];

export function refundOf(slip: SlipData): SlipData {
  const negate = (amount: Fen) => fen(-amount);
  return {
    ...slip,
    settlementId: '0194d3a9-2222-7000-8000-000000000002',
    originalSettlementId: slip.settlementId,
    categories: slip.categories.map((row) => ({
      code: row.code,
      totalFen: negate(row.totalFen),
      selfPaidFen: negate(row.selfPaidFen),
      overLimitFen: negate(row.overLimitFen),
      prepaySelfFen: negate(row.prepaySelfFen),
      inScopeFen: negate(row.inScopeFen),
    })),
    totalFen: negate(slip.totalFen),
    deductiblePaidFen: negate(slip.deductiblePaidFen),
    shares: negateShares(slip.shares),
    remarks: [],
  };
}
