import type { Instant } from '@yijie/calendar';
import type { Scheme, VisitKind } from '@yijie/codes';
import type { Fen, Shares } from '@yijie/money';

/** Which of the two regions speaks. */
export const SIDES = ['treatment', 'home'] as const;
export type Side = (typeof SIDES)[number];

/** What one side says of a settlement or refund. Ids are hexadecimal text. */
export interface SettlementFact {
  readonly settlementId: string;
  /** Of a refund: the settlement that it undoes. */
  readonly originalId?: string | undefined;
  readonly visitKind: VisitKind;
  readonly scheme: Scheme;
  readonly homePool: string;
  readonly treatmentPool: string;
  readonly institutionCode: string;
  readonly settledAt: Instant;
  /** Negative in a refund, like every share. */
  readonly totalFen: Fen;
  readonly shares: Shares;
  readonly policyVersion: string;
}
