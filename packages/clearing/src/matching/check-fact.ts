import { type Refusal, refuse } from '@yijie/errors';
import { SHARE_NAMES, sumShares } from '@yijie/money';
import { type FundColumns, fundsOf, refuseFundColumns } from '../funds.ts';
import type { SettlementFact } from './fact.ts';

export interface FactRules {
  isPool(code: string): boolean;
  /** Which funds may pay for which scheme in the province of the home pool. */
  fundColumns(homePool: string): FundColumns;
}

export type FactRefusal = Refusal<'CLR-SUM' | 'CLR-SIDE' | 'CLR-REGION' | 'CLR-FUNDCOL'>;

/** What is wrong with a fact by itself, whatever the other side says; the first finding. */
export function checkFact(fact: SettlementFact, rules: FactRules): FactRefusal | undefined {
  return checkAmounts(fact) ?? checkRegions(fact, rules) ?? checkFunds(fact, rules);
}

function checkAmounts({ originalId, totalFen, shares }: SettlementFact): FactRefusal | undefined {
  const sumFen = sumShares(shares);
  if (sumFen !== totalFen) return refuse('CLR-SUM', { totalFen: `${totalFen}`, sumFen: `${sumFen}` });
  const [kind, sign] = originalId === undefined ? ['settlement', 1] : ['refund', -1];
  if (totalFen * sign >= 0 && SHARE_NAMES.every((share) => shares[share] * sign >= 0)) return undefined;
  return refuse('CLR-SIDE', { kind: `${kind}`, totalFen: `${totalFen}` });
}

function checkRegions(
  { homePool, treatmentPool }: SettlementFact,
  { isPool }: FactRules,
): FactRefusal | undefined {
  const region = [homePool, treatmentPool].find((pool) => !isPool(pool));
  return region === undefined ? undefined : refuse('CLR-REGION', { region });
}

function checkFunds(
  { scheme, shares, homePool }: SettlementFact,
  { fundColumns }: FactRules,
): FactRefusal | undefined {
  return refuseFundColumns(scheme, fundsOf(shares), fundColumns(homePool));
}
