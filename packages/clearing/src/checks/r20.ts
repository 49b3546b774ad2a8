import { FUND_COLUMNS, FUND_NAMES, type FundAmounts } from '../funds.ts';
import type { CheckFailure } from './check-failure.ts';

/** A settlement with every deduction of it in all periods, negative rows of its refund included. */
export interface DeductedSettlement {
  readonly settlementId: string;
  readonly clearing: FundAmounts;
  readonly deductions: readonly FundAmounts[];
}

/** R20: 0 ≤ Σ deductions ≤ what the settlement claims, per fund, over all periods. */
export function checkR20(settlements: Iterable<DeductedSettlement>): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  for (const { settlementId, clearing, deductions } of settlements) {
    for (const name of FUND_NAMES) {
      let sum = 0;
      for (const funds of deductions) sum += funds[name];
      if (sum >= 0 && sum <= clearing[name]) continue;
      const row = `${settlementId} ${FUND_COLUMNS[name].column}`;
      failures.push({ check: 'R20', row, expected: `0…${clearing[name]}`, found: sum });
    }
  }
  return failures;
}
