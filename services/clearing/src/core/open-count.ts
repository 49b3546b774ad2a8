import type { Period } from '@yijie/clearing';
import type { MatchState } from './decide-arrivals.ts';

/** Rows of the exception list that share month and match. */
export interface OpenCount {
  readonly settledPeriod: Period;
  readonly state: MatchState;
  readonly rows: number;
  /** Of these, without their hospital's word. */
  readonly unconfirmed: number;
  readonly oldestAtMs: number;
}
