import type { Scheme } from '@yijie/codes';
import { fen } from '@yijie/money';
import type { PartyCode } from '../party.ts';
import type { Transfer } from './transfer.ts';

/** What `payer` owes `payee` per scheme; negative amounts flow back. */
export interface SchemeAmounts {
  readonly payer: PartyCode;
  readonly payee: PartyCode;
  readonly employee: number;
  readonly resident: number;
  /** Whether a flow back is marked as a return (退款). */
  readonly returns: boolean;
}

/** The transfer of an amount due, turned round when it is negative; undefined when it is 0, whatever its components. */
export function lineOf(amounts: SchemeAmounts, scheme: Scheme | null): Transfer | undefined {
  const { payer, payee, employee, resident, returns } = amounts;
  const sum = employee + resident;
  if (sum === 0) return undefined;
  const forward = sum > 0;
  const sign = forward ? 1 : -1;
  return {
    payer: forward ? payer : payee,
    payee: forward ? payee : payer,
    kind: forward || !returns ? 'NORMAL' : 'RETURN',
    scheme,
    employeeFen: fen(sign * employee),
    residentFen: fen(sign * resident),
    amountFen: fen(sign * sum),
  };
}
