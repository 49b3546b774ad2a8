import { lineOf } from '../netting/line-of.ts';
import type { Transfer } from '../netting/transfer.ts';
import type { AdvanceEntry } from './advance-ledger.ts';
import type { QuotaAdjustment } from './quota.ts';

/** The money of the yearly adjustment: the payer pays an increase, the payee returns a decrease. Sorted as the adjustments are. */
export function adjustmentTransfers(adjustments: readonly QuotaAdjustment[]): readonly Transfer[] {
  return adjustments.flatMap(({ payer, payee, adjust }) => {
    const { employeeFen: employee, residentFen: resident } = adjust;
    return lineOf({ payer, payee, employee, resident, returns: true }, null) ?? [];
  });
}

/** What the advance ledger books once such a transfer is paid. */
export function adjustmentEntry({ payer, payee, kind, employeeFen, residentFen }: Transfer): AdvanceEntry {
  const amount = { employeeFen, residentFen };
  return kind === 'NORMAL'
    ? { payer, payee, kind: 'ADJUST_IN', amount }
    : { payer: payee, payee: payer, kind: 'ADJUST_OUT', amount };
}
