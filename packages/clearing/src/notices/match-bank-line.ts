import type { LocalDate } from '@yijie/calendar';
import { type Refusal, refuse } from '@yijie/errors';
import type { Fen } from '@yijie/money';
import type { PartyCode } from '../party.ts';

/** One outgoing transfer of a bank's statement. */
export interface BankLine {
  readonly bankName: string;
  readonly bankSerial: string;
  readonly tradeDate: LocalDate;
  readonly amountFen: Fen;
  /** Whose account received it, when the account is known. */
  readonly counterparty?: PartyCode | undefined;
  /** 附言: may name the notice. */
  readonly remark: string;
}

/** A line of a submitted payment notice that isn't paid in full. */
export interface OpenLine {
  readonly noticeNo: string;
  readonly lineNo: number;
  readonly counterparty: PartyCode;
  /** What is left to pay. */
  readonly leftFen: Fen;
}

/**
 * The one notice line that a bank line pays. A notice named in the remark is believed, also for a part of the amount; without a name
 * only the exact amount that is left counts. None and several are refused, each with its code: nobody guesses.
 */
export function matchBankLine(
  bank: BankLine,
  open: readonly OpenLine[],
): { readonly ok: true; readonly line: OpenLine } | Refusal<'CLR-BANK-NONE' | 'CLR-BANK-MANY'> {
  const ofCounterparty = open.filter(
    ({ counterparty }) => bank.counterparty === undefined || counterparty === bank.counterparty,
  );
  const named = ofCounterparty.filter(({ noticeNo }) => names(bank.remark, noticeNo));
  const exact = (named.length > 0 ? named : ofCounterparty).filter(
    ({ leftFen }) => leftFen === bank.amountFen,
  );
  const partial = named.filter(({ leftFen }) => bank.amountFen <= leftFen);
  const found = exact.length > 0 ? exact : partial;
  const [line] = found;
  const { bankSerial, amountFen } = bank;
  if (line === undefined) return refuse('CLR-BANK-NONE', { bankSerial, amountFen: `${amountFen}` });
  if (found.length === 1) return { ok: true, line };
  const lines = found.map(({ noticeNo, lineNo }) => `${noticeNo}/${lineNo}`).join(' ');
  return refuse('CLR-BANK-MANY', { bankSerial, amountFen: `${amountFen}`, lines });
}

/** The whole number: revision 1 isn't named by revision 12. */
function names(remark: string, noticeNo: string): boolean {
  const at = remark.indexOf(noticeNo);
  return at >= 0 && !/[\dA-Z-]/.test(remark.charAt(at + noticeNo.length));
}
