import type { Plan } from '../plan/plan.ts';
import { shareHalfUp } from '../plan/share.ts';
import { AWAY_PREPAY, type Working } from '../working.ts';

/** Some regions take a share of the in-scope cost first when the visit is away from home (异地先行自付, D4). */
export function takeAwayPrepay(working: Working, plan: Plan): void {
  const inScope = working.inScopeFen;
  if (plan.awayPrepay === undefined) {
    working.coveredFen = inScope;
    return;
  }
  const prepay = shareHalfUp(inScope, plan.awayPrepay);
  working.parts[AWAY_PREPAY] = prepay;
  working.coveredFen = inScope - prepay;
  working.noteLayer('away-prepay', inScope, 0, working.coveredFen, undefined);
}
