import { type Fen, fen } from '@yijie/money';
import type { ClearingParameters } from '../parameters.ts';
import type { PartyCode } from '../party.ts';
import { scaleHalfUp } from './scale-half-up.ts';

/** Both schemes of an amount; they are separate funds. */
export interface SchemeFen {
  readonly employeeFen: Fen;
  readonly residentFen: Fen;
}

export const NO_SCHEMES: SchemeFen = { employeeFen: fen(0), residentFen: fen(0) };

export function bothSchemes({ employeeFen, residentFen }: SchemeFen): Fen {
  return fen(employeeFen + residentFen);
}

/** What the quota of a pair is made of. */
export interface QuotaInput {
  readonly payer: PartyCode;
  readonly payee: PartyCode;
  /** Cleared (or settled) a→b per month of last year's October, November, December; all twelve months for LAST_YEAR_6M. */
  readonly months: readonly SchemeFen[];
  /** What the advance ledger holds of the pair: last year's quota with its urgent increases, which this adjustment gives back. */
  readonly quotaOld: SchemeFen;
}

/** A line of table 6: the year's quota of a pair and what it changes (clearing-and-filing §4.2, §5.2). */
export interface QuotaAdjustment {
  readonly payer: PartyCode;
  readonly payee: PartyCode;
  readonly monthsFen: readonly Fen[];
  /** Half-up, for print; the quota is computed from the unrounded average. */
  readonly averageFen: Fen;
  readonly factorPercent: number;
  readonly quotaOldFen: Fen;
  readonly quotaNew: SchemeFen;
  readonly quotaNewFen: Fen;
  /** > 0: the payer pays; < 0: the payee returns. */
  readonly adjustFen: Fen;
  readonly adjust: SchemeFen;
}

/** Six months of last year's cost, in hundredths of a month. */
const SIX_MONTHS_PERCENT = 600;

/**
 * quota = max(0, factor × unrounded average, half-up); the employee part likewise, within 0 … quota, and the resident part is the
 * rest, so that the two always add up.
 */
export function adjustQuota(
  input: QuotaInput,
  parameters: Pick<ClearingParameters, 'quotaFactorPercent' | 'quotaBasis'>,
): QuotaAdjustment {
  const factorPercent =
    parameters.quotaBasis === 'LAST_YEAR_6M' ? SIX_MONTHS_PERCENT : parameters.quotaFactorPercent;
  const { payer, payee, months, quotaOld } = input;
  const monthsFen = months.map(bothSchemes);
  const count = Math.max(1, months.length);
  const timesFactor = (sum: number) => scaleHalfUp(sum, factorPercent, 100 * count);
  const quotaNewFen = fen(Math.max(0, timesFactor(sumOf(monthsFen))));
  const employee = timesFactor(sumOf(months.map(({ employeeFen }) => employeeFen)));
  const employeeFen = fen(Math.min(quotaNewFen, Math.max(0, employee)));
  const quotaNew = { employeeFen, residentFen: fen(quotaNewFen - employeeFen) };
  const quotaOldFen = bothSchemes(quotaOld);
  return {
    payer,
    payee,
    monthsFen,
    averageFen: fen(scaleHalfUp(sumOf(monthsFen), 1, count)),
    factorPercent,
    quotaOldFen,
    quotaNew,
    quotaNewFen,
    adjustFen: fen(quotaNewFen - quotaOldFen),
    adjust: {
      employeeFen: fen(quotaNew.employeeFen - quotaOld.employeeFen),
      residentFen: fen(quotaNew.residentFen - quotaOld.residentFen),
    },
  };
}

function sumOf(amounts: readonly Fen[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
