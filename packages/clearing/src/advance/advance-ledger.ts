import { type Fen, fen } from '@yijie/money';
import type { PartyCode } from '../party.ts';
import { NO_SCHEMES, type SchemeFen } from './quota.ts';

export const ADVANCE_ENTRY_KINDS = ['OPENING', 'ADJUST_IN', 'ADJUST_OUT', 'URGENT_IN', 'RETURNED'] as const;
export type AdvanceEntryKind = (typeof ADVANCE_ENTRY_KINDS)[number];

/** A movement of the float of one pair, booked when it is paid. Amounts follow the kind: OUT and RETURNED lower the closing. */
export interface AdvanceEntry {
  readonly payer: PartyCode;
  readonly payee: PartyCode;
  readonly kind: AdvanceEntryKind;
  readonly amount: SchemeFen;
}

const SIGN: Readonly<Record<AdvanceEntryKind, 1 | -1>> = {
  OPENING: 1,
  ADJUST_IN: 1,
  ADJUST_OUT: -1,
  URGENT_IN: 1,
  RETURNED: -1,
};

/** closing = opening + adjust_in − adjust_out + urgent_in − returned: the quota in force of the pair. */
export function closingOf(entries: readonly AdvanceEntry[], payer: PartyCode, payee: PartyCode): SchemeFen {
  let { employeeFen, residentFen } = NO_SCHEMES;
  for (const entry of entries) {
    if (entry.payer !== payer || entry.payee !== payee) continue;
    employeeFen = fen(employeeFen + SIGN[entry.kind] * entry.amount.employeeFen);
    residentFen = fen(residentFen + SIGN[entry.kind] * entry.amount.residentFen);
  }
  return { employeeFen, residentFen };
}

/** What a treatment region really holds, of all its payers. */
export function heldBy(entries: readonly AdvanceEntry[], payee: PartyCode): Fen {
  let held = 0;
  for (const { payee: holder, kind, amount } of entries) {
    if (holder === payee) held += SIGN[kind] * (amount.employeeFen + amount.residentFen);
  }
  return fen(held);
}
