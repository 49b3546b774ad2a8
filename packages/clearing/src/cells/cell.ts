import type { Instant } from '@yijie/calendar';
import type { Scheme, VisitKind } from '@yijie/codes';
import type { Fen } from '@yijie/money';
import type { FundAmounts } from '../funds.ts';
import type { PartyCode } from '../party.ts';
import type { Period } from '../period.ts';

/**
 * Sums of the rows of one run that agree in every dimension a table shows: what `GROUP BY` gives, and all that tables 9–13
 * are made of. A deduction booked in the run lies in the cell of its settlement's dimensions, also where the
 * settlement itself was cleared by an earlier run (then `times` and `clearing` are 0).
 */
export interface Cell {
  readonly payer: PartyCode;
  readonly payee: PartyCode;
  readonly scheme: Scheme;
  readonly visitKind: VisitKind;
  readonly settledPeriod: Period;
  /** Settlements less refunds (人次). */
  readonly times: number;
  /** 医疗费总额, refunds negative. */
  readonly medicalFen: Fen;
  readonly clearing: FundAmounts;
  readonly deducted: FundAmounts;
}

/** A matched and hospital-confirmed settlement or refund, as clearing keeps it. Ids are hexadecimal text. */
export interface ClearingRow {
  readonly settlementId: string;
  /** Of a refund: the settlement that it undoes. */
  readonly originalId?: string | undefined;
  readonly kind: 'settlement' | 'refund';
  readonly visitKind: VisitKind;
  readonly scheme: Scheme;
  readonly homePool: string;
  readonly treatmentPool: string;
  readonly institutionCode: string;
  readonly settledAt: Instant;
  readonly settledPeriod: Period;
  /** Negative in a refund, like every amount of it. */
  readonly medicalFen: Fen;
  readonly clearing: FundAmounts;
  readonly personalCashFen: Fen;
  readonly hospitalPartFen: Fen;
}
