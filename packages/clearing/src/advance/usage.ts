import { type BasisPoints, type Fen, fen } from '@yijie/money';
import type { ClearingParameters } from '../parameters.ts';
import { scaleHalfUp } from './scale-half-up.ts';

export type UsageLevel = 'NORMAL' | 'YELLOW' | 'RED';

export interface Usage {
  readonly usedFen: Fen;
  readonly heldFen: Fen;
  /** Half-up to 0.01 %, for print; null where nothing is held and something is used. */
  readonly ratio: BasisPoints | null;
  /** From the unrounded ratio. */
  readonly level: UsageLevel;
}

/** How much of what a treatment region holds one period needs: Σ clear_net(a→b) ÷ Σ closing(a→b) (clearing-and-filing §4.2). */
export function usageOf(
  clearNetFen: Fen,
  heldFen: Fen,
  { warnYellow, warnRed }: Pick<ClearingParameters, 'warnYellow' | 'warnRed'>,
): Usage {
  const usedFen = fen(Math.max(0, clearNetFen));
  if (heldFen <= 0) {
    return usedFen > 0
      ? { usedFen, heldFen, ratio: null, level: 'RED' }
      : { usedFen, heldFen, ratio: 0 as BasisPoints, level: 'NORMAL' };
  }
  const reaches = (ratio: BasisPoints) => BigInt(usedFen) * 10_000n >= BigInt(heldFen) * BigInt(ratio);
  const level = reaches(warnRed) ? 'RED' : reaches(warnYellow) ? 'YELLOW' : 'NORMAL';
  return { usedFen, heldFen, ratio: scaleHalfUp(usedFen, 10_000, heldFen) as BasisPoints, level };
}
