import { type Instant, localDate, startOfDay } from '@yijie/calendar';
import type { Scheme, VisitKind } from '@yijie/codes';
import { fen } from '@yijie/money';
import type { QuotaInput } from '../advance/quota.ts';
import type { ClearingRow } from '../cells/cell.ts';
import type { Deduction } from '../deductions/deduction.ts';
import { type FundAmounts, fundAmounts, NO_FUNDS, negateFunds } from '../funds.ts';
import { period, periodOf } from '../period.ts';
import type { YearEndChanges } from '../year-end/application.ts';
import type { YearTotals } from '../year-end/year-totals.ts';

/**
 * The worked example of the clearing specification (§4.13), invented figures that every part of the product is tested on:
 * Jilin 220000 (pools 220100, 220200), Beijing 110000 (one pool), Guangdong 440000 (pools 440100, 440300); period 202603.
 */
export const EXAMPLE_PERIOD = period(202603);

/** S0 is a February stay, cleared by the run of 202602; S6 refunds it in March. S1 carries a deduction of 1,500.00. */
export const exampleRows: Readonly<Record<'S0' | 'S1' | 'S2' | 'S3' | 'S4' | 'S5' | 'S6', ClearingRow>> = {
  S0: stay('S0', '2026-02-11', '440100', '220200', 'resident', 'inpatient', 6_000, 2_800, {
    poolFundFen: 2_900,
    seriousIllnessFen: 300,
  }),
  S1: stay('S1', '2026-03-03', '220100', '110000', 'employee', 'inpatient', 50_000, 16_000, {
    poolFundFen: 30_000,
    largeAmountFen: 4_000,
  }),
  S2: stay('S2', '2026-03-05', '220200', '110000', 'resident', 'inpatient', 28_000, 12_000, {
    poolFundFen: 14_000,
    seriousIllnessFen: 1_200,
    medicalAidFen: 800,
  }),
  S3: stay('S3', '2026-03-09', '440100', '110000', 'employee', 'chronic', 3_000, 200, {
    poolFundFen: 2_100,
    civilServantFen: 300,
    ownAccountFen: 400,
  }),
  S4: stay('S4', '2026-03-12', '110000', '440100', 'employee', 'inpatient', 20_000, 5_000, {
    poolFundFen: 13_000,
    largeAmountFen: 2_000,
  }),
  S5: stay('S5', '2026-03-17', '440300', '220100', 'employee', 'inpatient', 12_000, 4_000, {
    poolFundFen: 7_000,
    largeAmountFen: 1_000,
  }),
  S6: refundOf(
    'S6',
    '2026-03-24',
    stay('S0', '2026-02-11', '440100', '220200', 'resident', 'inpatient', 6_000, 2_800, {
      poolFundFen: 2_900,
      seriousIllnessFen: 300,
    }),
  ),
};

/** The rows of the March run, in the order of the specification. */
export const exampleMarch: readonly ClearingRow[] = [
  exampleRows.S1,
  exampleRows.S2,
  exampleRows.S3,
  exampleRows.S4,
  exampleRows.S5,
  exampleRows.S6,
];

/** Of S1, from the basic fund, before clearing: a drug outside its payment limit. */
export const exampleDeduction: Deduction = {
  deductId: 'D1',
  settlementId: exampleRows.S1.settlementId,
  settledAt: exampleRows.S1.settledAt,
  settledPeriod: EXAMPLE_PERIOD,
  homePool: '220100',
  treatmentPool: '110000',
  institutionCode: exampleRows.S1.institutionCode,
  scheme: 'employee',
  visitKind: 'inpatient',
  settlementClearingFen: fen(3_400_000),
  funds: { ...NO_FUNDS, poolFundFen: fen(150_000) },
  reason: 'OVER_LIMIT_DRUG',
  reasonText: '超限定支付范围用药',
  stage: 'A',
  origPeriod: EXAMPLE_PERIOD,
  period: EXAMPLE_PERIOD,
  source: 'AUDIT',
  decidedBy: 'RV-110000-01',
  decidedOn: localDate('2026-04-10'),
  evidenceNo: 'AUD-202604-0001',
};

export const exampleNames: ReadonlyMap<string, string> = new Map([
  ['110000', '北京市'],
  ['220000', '吉林省'],
  ['220100', '长春市'],
  ['220200', '吉林市'],
  ['440000', '广东省'],
  ['440100', '广州市'],
  ['440300', '深圳市'],
  ['110000P', '北京市平台'],
  ['220000P', '吉林省平台'],
  ['440000P', '广东省平台'],
]);

/** (i) Cleared per month of October to December 2025, and the quota of 2025, all of the employee scheme. */
export const exampleQuotas: readonly QuotaInput[] = [
  quota('220000', '110000', [24_000, 30_000, 36_000], 52_000),
  quota('440000', '110000', [1_500, 1_500, 1_500], 3_000),
  quota('110000', '440000', [7_000, 8_000, 9_000], 18_000),
  quota('220000', '440000', [100, 200, 300], 0),
  quota('440000', '220000', [3_000, 4_000, 5_000], 6_500),
  quota('110000', '220000', [400, 500, 600], 1_000),
];

/** (k) The year 2025, separate figures: cleared month by month, and the final amount the treatment region applies for. */
export const exampleYearEnd: readonly { readonly totals: YearTotals; readonly changes: YearEndChanges }[] = [
  yearEnd('220000', '110000', 360_000, 356_000),
  yearEnd('440000', '220000', 96_000, 97_500),
  yearEnd('110000', '440000', 180_000, 180_000),
];

function quota(payer: string, payee: string, monthsYuan: readonly number[], oldYuan: number): QuotaInput {
  const employee = (yuan: number) => ({ employeeFen: fen(yuan * 100), residentFen: fen(0) });
  return { payer, payee, months: monthsYuan.map(employee), quotaOld: employee(oldYuan) };
}

function yearEnd(payer: string, payee: string, monthlyYuan: number, finalYuan: number) {
  const change = (finalYuan - monthlyYuan) * 100;
  return {
    totals: {
      payer,
      payee,
      scheme: 'employee' as const,
      times: 12,
      medicalFen: fen(monthlyYuan * 200),
      clearingFen: fen(monthlyYuan * 100),
      deductedFen: fen(0),
    },
    changes: {
      yearDeductFen: fen(Math.max(0, -change)),
      caseAdjustFen: fen(Math.max(0, change)),
      withheldReleaseFen: fen(0),
      otherAdjustFen: fen(0),
      otherNote: '',
      evidenceNo: 'YE-2025-01',
    },
  };
}

/** Amounts in whole yuan, as the specification prints them. */
function stay(
  settlementId: string,
  day: string,
  homePool: string,
  treatmentPool: string,
  scheme: Scheme,
  visitKind: VisitKind,
  totalYuan: number,
  cashYuan: number,
  fundsYuan: Partial<Record<keyof FundAmounts, number>>,
): ClearingRow {
  const settledAt = (startOfDay(localDate(day)) + 10 * 3_600_000) as Instant;
  return {
    settlementId,
    kind: 'settlement',
    visitKind,
    scheme,
    homePool,
    treatmentPool,
    institutionCode: `H${treatmentPool}00001`,
    settledAt,
    settledPeriod: periodOf(settledAt),
    medicalFen: fen(totalYuan * 100),
    clearing: fundAmounts((name) => (fundsYuan[name] ?? 0) * 100),
    personalCashFen: fen(cashYuan * 100),
    hospitalPartFen: fen(0),
  };
}

function refundOf(settlementId: string, day: string, original: ClearingRow): ClearingRow {
  const settledAt = (startOfDay(localDate(day)) + 10 * 3_600_000) as Instant;
  return {
    ...original,
    settlementId,
    originalId: original.settlementId,
    kind: 'refund',
    settledAt,
    settledPeriod: periodOf(settledAt),
    medicalFen: fen(-original.medicalFen),
    clearing: negateFunds(original.clearing),
    personalCashFen: fen(-original.personalCashFen),
  };
}
