import { HOSPITAL_LEVELS, type HospitalLevel } from '@yijie/codes';
import type { Cell } from '../pack/cell.ts';
import type { Amount, LevelChoice } from '../pack/leaves.ts';
import type { Pack } from '../pack/pack.ts';
import { ofBasisPoints } from './fraction.ts';
import type { SharePlan } from './plan.ts';
import { cellValue, type Profile } from './profile.ts';
import type { Missing } from './resolve-ratio.ts';

export function levelOf(
  choice: Cell<LevelChoice> | undefined,
  profile: Profile,
  own: HospitalLevel,
): HospitalLevel {
  const chosen = choice === undefined ? 'own' : (cellValue(choice, profile) ?? 'own');
  if (chosen === 'own') return own;
  if (chosen !== 'one-lower') return chosen;
  return HOSPITAL_LEVELS[Math.max(0, HOSPITAL_LEVELS.indexOf(own) - 1)] as HospitalLevel;
}

export function sharePlan(amount: Extract<Amount, { kind: 'share' }>): SharePlan {
  return {
    of: amount.of,
    ratio: ofBasisPoints(amount.ratio),
    atLeast: amount.atLeast,
    atMost: amount.atMost ?? Number.POSITIVE_INFINITY,
  };
}

export function fixedAmount(cell: Cell<Amount>, profile: Profile, pack: Pack, missing: Missing): number {
  const amount = cellValue(cell, profile);
  if (amount === undefined) {
    missing('amount');
    return 0;
  }
  return amountFen(amount, pack, missing);
}

/** `none` is Infinity. A share of an index is rounded half-up to the fen once, when the pack is read. */
export function amountFen(amount: Amount, pack: Pack, missing: Missing): number {
  switch (amount.kind) {
    case 'fixed':
      return amount.fen;
    case 'none':
      return Number.POSITIVE_INFINITY;
    case 'index': {
      const index = pack.indexes?.[amount.index];
      if (index === undefined) {
        missing(`indexes.${amount.index}`);
        return 0;
      }
      return Math.floor((2 * index.amount * amount.ratio + 10_000) / 20_000);
    }
    case 'share':
      // Only deductibles and thresholds may be shares of the bill (check-pack.ts).
      missing('amount');
      return 0;
  }
}
