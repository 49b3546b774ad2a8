import type { Instant, LocalDate } from '@yijie/calendar';
import type { Scheme, VisitKind } from '@yijie/codes';
import type { Fen } from '@yijie/money';
import type { FundAmounts } from '../funds.ts';
import type { Period } from '../period.ts';

export const DEDUCTION_REASONS = [
  'OVER_LIMIT_DRUG',
  'DUP_CHARGE',
  'SPLIT_STAY',
  'OVER_PRICE',
  'SWAPPED_ITEM',
  'NO_INDICATION',
  'FALSE_CHARGE',
  'CATALOG_ERROR',
  'THIRD_PARTY',
  'IDENTITY',
  'OTHER',
] as const;
export type DeductionReason = (typeof DEDUCTION_REASONS)[number];

export const DEDUCTION_SOURCES = ['AUDIT', 'SPOT', 'CHECK_REQ', 'INSPECTION'] as const;
export type DeductionSource = (typeof DEDUCTION_SOURCES)[number];

export const DISPUTE_STATES = ['RAISED', 'ACCEPTED', 'REJECTED', 'ESCALATED', 'DECIDED'] as const;
export type DisputeState = (typeof DISPUTE_STATES)[number];

/** A: before the settlement is cleared; B: of a settlement that a closed run cleared (clearing-and-filing §4.5). */
export type DeductionStage = 'A' | 'B';

/** One row of table 14. Negative amounts take an earlier deduction back with the refund of its settlement. */
export interface Deduction {
  readonly deductId: string;
  readonly settlementId: string;
  readonly settledAt: Instant;
  /** Month of the settlement; of a negative row, of the refund: it decides the year (§4.9). */
  readonly settledPeriod: Period;
  readonly homePool: string;
  readonly treatmentPool: string;
  readonly institutionCode: string;
  readonly institutionName?: string | undefined;
  /** Masked; never more than the last digits. */
  readonly personNoMasked?: string | undefined;
  readonly scheme: Scheme;
  readonly visitKind: VisitKind;
  /** What the settlement's own row claims from the funds (原申报基金). */
  readonly settlementClearingFen: Fen;
  readonly funds: FundAmounts;
  readonly reason: DeductionReason;
  readonly reasonText: string;
  readonly stage: DeductionStage;
  /** The run that cleared the settlement's own row; of a negative row: §4.5. */
  readonly origPeriod: Period;
  /** The run that books it. */
  readonly period: Period;
  readonly source: DeductionSource;
  readonly decidedBy: string;
  readonly decidedOn: LocalDate;
  readonly evidenceNo: string;
  readonly disputeState?: DisputeState | undefined;
  /** Of a negative row: the deduction that it takes back. */
  readonly takesBack?: string | undefined;
}
