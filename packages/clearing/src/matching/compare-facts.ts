import { SHARE_NAMES } from '@yijie/money';
import type { SettlementFact } from './fact.ts';

/** A field of which both sides say something else, as text; amounts are fen. */
export interface Difference {
  readonly field: string;
  readonly treatment: string;
  readonly home: string;
}

const FIELDS = [
  'originalId',
  'visitKind',
  'scheme',
  'homePool',
  'treatmentPool',
  'institutionCode',
  'settledAt',
  'totalFen',
  'policyVersion',
] as const satisfies readonly (keyof SettlementFact)[];

/** Everything in which the two sides of a settlement differ; none means that they match. */
export function compareFacts(treatment: SettlementFact, home: SettlementFact): Difference[] {
  const differences: Difference[] = [];
  const compare = (field: string, ours: unknown, theirs: unknown) => {
    if (ours !== theirs) differences.push({ field, treatment: text(ours), home: text(theirs) });
  };
  for (const field of FIELDS) compare(field, treatment[field], home[field]);
  for (const share of SHARE_NAMES) compare(share, treatment.shares[share], home.shares[share]);
  return differences;
}

/** The first field in which a side contradicts what it said before. */
export function contradiction(
  stored: SettlementFact,
  received: SettlementFact,
): { readonly field: string; readonly stored: string; readonly received: string } | undefined {
  const [first] = compareFacts(stored, received);
  return first && { field: first.field, stored: first.treatment, received: first.home };
}

/** Whether a settlement and its refund are nothing together, as one side has them. */
export function cancelsOut(settlement: SettlementFact, refund: SettlementFact): boolean {
  return (
    refund.originalId === settlement.settlementId &&
    refund.totalFen === -settlement.totalFen &&
    SHARE_NAMES.every((share) => refund.shares[share] + settlement.shares[share] === 0)
  );
}

function text(value: unknown): string {
  return value === undefined ? '' : `${value}`;
}
