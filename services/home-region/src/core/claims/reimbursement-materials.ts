import type { VisitKind } from '@yijie/codes';
import type { Claim } from './reimbursement-claim.ts';

/** Papers of a manual reimbursement (clearing-and-filing §3.3, the base list of the guide of 2025). */
export const MATERIALS = [
  'identity',
  'receipt',
  'itemised-list',
  'prescription',
  'discharge-record',
  'bank-account',
  'filing-proof',
  'injury-statement',
] as const;
export type Material = (typeof MATERIALS)[number];

const EVERY_KIND: readonly Material[] = ['identity', 'receipt', 'itemised-list', 'bank-account'];
const OF_KIND: Readonly<Record<VisitKind, Material>> = {
  inpatient: 'discharge-record',
  maternity: 'discharge-record',
  outpatient: 'prescription',
  chronic: 'prescription',
};

/** What this claim needs; the last two only when it rests on a filing or on an injury. */
export function requiredMaterials(claim: Pick<Claim, 'visitKind' | 'injury' | 'cause'>): readonly Material[] {
  const restsOnFiling = claim.cause === 'FIL-AFTER' || claim.cause === 'FIL-PROOF';
  return [
    ...EVERY_KIND,
    OF_KIND[claim.visitKind],
    ...(restsOnFiling ? (['filing-proof'] as const) : []),
    ...(claim.injury ? (['injury-statement'] as const) : []),
  ];
}

export function missingMaterials(
  claim: Pick<Claim, 'visitKind' | 'injury' | 'cause'>,
  given: readonly Material[],
): readonly Material[] {
  return requiredMaterials(claim).filter((material) => !given.includes(material));
}
