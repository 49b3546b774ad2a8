import type { FilingType, PersonClass, RatioClass, Scheme } from '@yijie/codes';
import type { Fen, Shares } from '@yijie/money';
import type { PolicyLayer } from '@yijie/policy';

/** What the home region answers to a command. */
export type Answer =
  | SettledAnswer
  | RefusedAnswer
  | { readonly kind: 'rolled-back' }
  | { readonly kind: 'expired'; readonly readAtMs: number }
  | { readonly kind: 'parked' }
  | ReversedAnswer;

/** A settlement, a refund (amounts negated) or a quote. */
export interface SettledAnswer {
  readonly kind: 'settled';
  readonly settlementId: Uint8Array;
  /** Set on a refund. */
  readonly refundedId?: Uint8Array | undefined;
  readonly totalFen: Fen;
  readonly shares: Shares;
  readonly layers: readonly PolicyLayer[];
  readonly deductiblePaidFen: Fen;
  readonly scheme: Scheme;
  readonly personClass: PersonClass;
  readonly ratioClass: RatioClass;
  readonly eligibilityCode: string;
  readonly filingType?: FilingType | undefined;
  readonly policyVersion: string;
  readonly settledAtMs: number;
  readonly accountBalanceAfterFen: Fen;
  readonly yearDeductibleUsedFen: Fen;
  readonly yearPoolUsedFen: Fen;
  /** Empty on a refund. */
  readonly quoteHash: Uint8Array;
  readonly notes: readonly string[];
  /** Later settlements whose accumulators this refund changed. */
  readonly recalculationSuggested: readonly Uint8Array[];
}

export interface RefusedAnswer {
  readonly kind: 'refused';
  readonly code: string;
  readonly values: Readonly<Record<string, string>>;
  /** A fresh quote, with STL-DRIFT. */
  readonly quote?: SettledAnswer | undefined;
}

export interface ReversedAnswer {
  readonly kind: 'reversed';
  readonly result: 'ROLLED_BACK' | 'NOTHING_TO_UNDO' | 'HAD_SETTLED';
  readonly originalId: Uint8Array;
  /** With HAD_SETTLED: the answer the original got. */
  readonly settled?: SettledAnswer | undefined;
}

export function refused(
  code: string,
  values: Readonly<Record<string, string>> = {},
  quote?: SettledAnswer,
): RefusedAnswer {
  return { kind: 'refused', code, values, quote };
}
