import type { FilingType, RatioClass } from '@yijie/codes';
import type { Filing } from './contract.ts';
import { covers, type VisitToCover, validOnAdmission, validOnSettlement } from './covers.ts';

export interface ChosenFiling {
  readonly filing: Filing;
  /** More than one filing covered the visit. */
  readonly several: boolean;
}

/**
 * The covering filing that decides (F of clearing-and-filing §1.14): the best class; of equal class the one valid on
 * both days, else on admission, else the later start. The id settles what is left, so that the answer never depends
 * on the order of rows.
 */
export function chooseFiling(filings: readonly Filing[], visit: VisitToCover): ChosenFiling | undefined {
  let chosen: Filing | undefined;
  let covering = 0;
  for (const filing of filings) {
    if (!covers(filing, visit)) continue;
    covering++;
    if (chosen === undefined || isBetter(filing, chosen, visit)) chosen = filing;
  }
  return chosen && { filing: chosen, several: covering > 1 };
}

/** Ratio class by the type of the filing (§1.10); a maternity visit follows the home policy. */
export const classOfType: Readonly<Record<FilingType, RatioClass>> = {
  LT_RETIREE: 'LOCAL',
  LT_RESIDENT: 'LOCAL',
  LT_WORKER: 'LOCAL',
  TM_REFERRAL: 'REDUCED_A',
  TM_EMERGENCY: 'REDUCED_A',
  TM_OTHER: 'REDUCED_B',
  MATERNITY: 'HOME_POLICY',
};

export function isLongTerm(type: FilingType): boolean {
  return type === 'LT_RETIREE' || type === 'LT_RESIDENT' || type === 'LT_WORKER';
}

const CLASS_RANK: Readonly<Record<RatioClass, number>> = {
  LOCAL: 4,
  REDUCED_A: 3,
  REDUCED_B: 2,
  TWO_WAY_HOME: 1,
  HOME_POLICY: 0,
};

function isBetter(a: Filing, b: Filing, visit: VisitToCover): boolean {
  const byClass = CLASS_RANK[classOfType[a.type]] - CLASS_RANK[classOfType[b.type]];
  if (byClass !== 0) return byClass > 0;
  const byDays = daysRank(a, visit) - daysRank(b, visit);
  if (byDays !== 0) return byDays > 0;
  if (a.from !== b.from) return a.from > b.from;
  return a.filingId < b.filingId;
}

function daysRank(filing: Filing, visit: VisitToCover): number {
  if (!validOnAdmission(filing, visit)) return 0;
  return validOnSettlement(filing, visit) ? 2 : 1;
}
