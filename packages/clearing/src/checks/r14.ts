import type { Fen } from '@yijie/money';
import type { PartyCode } from '../party.ts';
import type { Table } from '../tables/table.ts';
import { type CheckFailure, unequal } from './check-failure.ts';
import { tableValues } from './table-values.ts';

/** What the advance ledger has for a pair and what is in force. */
export interface QuotaInForce {
  readonly payer: PartyCode;
  readonly payee: PartyCode;
  readonly closingFen: Fen;
  /** Last year's quota until its adjustment is paid, then this year's, urgent increases included. */
  readonly inForceFen: Fen;
}

/** R14: the 6-2 of a region = its lines of 6-1; Σ pay − Σ refund = Σ adjust; closing of the ledger = quota in force. */
export function checkR14(
  platform: Table,
  parties: readonly Table[],
  inForce: readonly QuotaInForce[],
): readonly CheckFailure[] {
  const sixOne = tableValues(platform);
  const lines = sixOne.rowsBy('region_code', 'payee_code');
  const shown = new Map<string, number>();
  const failures: CheckFailure[] = [];
  for (const table of parties) {
    const values = tableValues(table);
    for (const row of table.rows) {
      const [direction, counterparty] = [values.text(row, 'direction'), values.text(row, 'counter_code')];
      const pair = direction === 'PAY' ? `${table.owner} ${counterparty}` : `${counterparty} ${table.owner}`;
      shown.set(`${direction} ${pair}`, 1);
      for (const column of ['base_avg', 'quota_old', 'quota_new', 'adjust_amt', 'emp_adjust', 'res_adjust']) {
        const expected = sixOne.number(lines.get(pair), column);
        failures.push(
          ...unequal('R14', `6-2 ${direction} ${pair} ${column}`, expected, values.number(row, column)),
        );
      }
    }
  }
  for (const pair of lines.keys()) {
    failures.push(...unequal('R14', `6-2 PAY ${pair}`, 1, shown.get(`PAY ${pair}`) ?? 0));
    failures.push(...unequal('R14', `6-2 RCV ${pair}`, 1, shown.get(`RCV ${pair}`) ?? 0));
  }
  const net = sixOne.sum('pay_amt') - sixOne.sum('refund_amt');
  failures.push(...unequal('R14', '6-1 pay_amt − refund_amt = adjust_amt', sixOne.sum('adjust_amt'), net));
  for (const { payer, payee, closingFen, inForceFen } of inForce) {
    failures.push(...unequal('R14', `advance ledger ${payer}→${payee}`, inForceFen, closingFen));
  }
  return failures;
}
