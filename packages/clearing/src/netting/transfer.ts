import type { Scheme } from '@yijie/codes';
import type { Fen } from '@yijie/money';
import type { PartyCode } from '../party.ts';

/** GROSS per ordered pair; HUB: each party's balance against the platform or the centre; PAIR: a→b offset with b→a. */
export const NETTING_MODES = ['GROSS', 'HUB', 'PAIR'] as const;
export type NettingMode = (typeof NETTING_MODES)[number];

/** RETURN (退款): money that flows against the pair's own direction, since refunds or deductions exceed. */
export type TransferKind = 'NORMAL' | 'RETURN';

/** One line of a payment notice and its twin. `amountFen` = both components, > 0; a component may be negative. */
export interface Transfer {
  readonly payer: PartyCode;
  readonly payee: PartyCode;
  readonly kind: TransferKind;
  /** Set when each scheme is a line of its own (`split_by_scheme`). */
  readonly scheme: Scheme | null;
  readonly employeeFen: Fen;
  readonly residentFen: Fen;
  readonly amountFen: Fen;
}

/** What each mode would move for the same run. */
export interface NettingComparison {
  readonly mode: NettingMode;
  readonly transfers: number;
  readonly movedFen: Fen;
}
