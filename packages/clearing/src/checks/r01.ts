import type { Fen } from '@yijie/money';
import { type CheckFailure, unequal } from './check-failure.ts';

/** The money of a slip or of a clearing row; a row of clearing has no categories. */
export interface SlipMoney {
  readonly settlementId: string;
  readonly totalFen: Fen;
  readonly categoryFen?: readonly Fen[] | undefined;
  readonly fundFen: Fen;
  /** Own and family account together. */
  readonly accountFen: Fen;
  readonly familyAccountFen: Fen;
  readonly personalCashFen: Fen;
  readonly hospitalPartFen: Fen;
}

/** R1: total = Σ categories = fund + account + cash + hospital part; the family account is a part of the account. */
export function checkR1(slip: SlipMoney): readonly CheckFailure[] {
  const shares = slip.fundFen + slip.accountFen + slip.personalCashFen + slip.hospitalPartFen;
  const categories = slip.categoryFen?.reduce((sum, amount) => sum + amount, 0);
  const sign = slip.totalFen < 0 ? -1 : 1;
  const isPart = sign * slip.familyAccountFen >= 0 && sign * slip.familyAccountFen <= sign * slip.accountFen;
  return [
    ...unequal('R1', `${slip.settlementId} shares`, slip.totalFen, shares),
    ...(categories === undefined
      ? []
      : unequal('R1', `${slip.settlementId} categories`, slip.totalFen, categories)),
    ...unequal('R1', `${slip.settlementId} family account within account`, 'yes', isPart ? 'yes' : 'no'),
  ];
}
