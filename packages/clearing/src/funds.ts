import type { Scheme } from '@yijie/codes';
import { type Refusal, refuse } from '@yijie/errors';
import { type Fen, fen, type Shares } from '@yijie/money';

export type FundName = Exclude<keyof Shares, 'personalCashFen' | 'hospitalPartFen'>;

/** The nine shares that regions owe each other, in the order tables 12 and 13 print them. */
export const FUND_NAMES = [
  'poolFundFen',
  'largeAmountFen',
  'civilServantFen',
  'enterpriseSupplementFen',
  'seriousIllnessFen',
  'medicalAidFen',
  'otherFundFen',
  'ownAccountFen',
  'familyAccountFen',
] as const satisfies readonly FundName[];

export type FundAmounts = Readonly<Record<FundName, Fen>>;

export const NO_FUNDS: FundAmounts = Object.freeze(fundAmounts(() => 0));

/** Column names of the printed tables (clearing-and-filing §5.7). */
export const FUND_COLUMNS: Readonly<Record<FundName, { readonly column: string; readonly zh: string }>> = {
  poolFundFen: { column: 'hifp', zh: '统筹基金' },
  largeAmountFen: { column: 'hifob', zh: '大额医疗补助' },
  civilServantFen: { column: 'cvlserv', zh: '公务员补助' },
  enterpriseSupplementFen: { column: 'hifes', zh: '企业补充' },
  seriousIllnessFen: { column: 'hifmi', zh: '大病保险' },
  medicalAidFen: { column: 'maf', zh: '医疗救助' },
  otherFundFen: { column: 'oth', zh: '其他' },
  ownAccountFen: { column: 'acct_own', zh: '个人账户' },
  familyAccountFen: { column: 'acct_family', zh: '个人账户共济' },
};

export type FundColumns = Readonly<Record<Scheme, readonly FundName[]>>;

/**
 * Which fund may pay for which scheme (clearing-and-filing §4.11): no serious-illness insurance for employees; no large-amount,
 * civil-servant or enterprise money and no account for residents. A province may switch columns on.
 */
export const defaultFundColumns: FundColumns = {
  employee: FUND_NAMES.filter((name) => name !== 'seriousIllnessFen'),
  resident: ['poolFundFen', 'seriousIllnessFen', 'medicalAidFen', 'otherFundFen'],
};

/** The first fund column that must be 0 for the scheme and isn't. */
export function refuseFundColumns(
  scheme: Scheme,
  amounts: FundAmounts,
  columns: FundColumns = defaultFundColumns,
): Refusal<'CLR-FUNDCOL'> | undefined {
  for (const name of FUND_NAMES) {
    if (amounts[name] !== 0 && !columns[scheme].includes(name)) {
      return refuse('CLR-FUNDCOL', {
        scheme,
        fund: FUND_COLUMNS[name].column,
        amountFen: `${amounts[name]}`,
      });
    }
  }
  return undefined;
}

export function fundsOf(shares: Shares): FundAmounts {
  return fundAmounts((name) => shares[name]);
}

export function sumFunds(amounts: FundAmounts): Fen {
  let total = 0;
  for (const name of FUND_NAMES) total += amounts[name];
  return fen(total);
}

export function addFunds(a: FundAmounts, b: FundAmounts): FundAmounts {
  return fundAmounts((name) => a[name] + b[name]);
}

export function negateFunds(amounts: FundAmounts): FundAmounts {
  return fundAmounts((name) => -amounts[name]);
}

/** Every fund's amount by a function of its name, checked as fen. */
export function fundAmounts(amount: (name: FundName) => number): FundAmounts {
  return {
    poolFundFen: fen(amount('poolFundFen')),
    largeAmountFen: fen(amount('largeAmountFen')),
    civilServantFen: fen(amount('civilServantFen')),
    enterpriseSupplementFen: fen(amount('enterpriseSupplementFen')),
    seriousIllnessFen: fen(amount('seriousIllnessFen')),
    medicalAidFen: fen(amount('medicalAidFen')),
    otherFundFen: fen(amount('otherFundFen')),
    ownAccountFen: fen(amount('ownAccountFen')),
    familyAccountFen: fen(amount('familyAccountFen')),
  };
}
