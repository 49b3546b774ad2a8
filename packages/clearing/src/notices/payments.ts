import { type Refusal, refuse } from '@yijie/errors';
import { type Fen, fen } from '@yijie/money';
import type { NoticeLine, NoticeState, Payment } from './notice.ts';

/** How far one line of a notice has come. */
export interface LineStanding {
  readonly line: NoticeLine;
  readonly paidFen: Fen;
  readonly confirmed: boolean;
}

/** Steps of a notice before money moves. */
export type NoticeStep = 'ISSUED' | 'SUBMITTED' | 'VOID';

/** The state of a notice: its own step, then what its lines say. A receipt notice reads the payments of its twins. */
export function noticeState(step: NoticeStep, lines: readonly LineStanding[]): NoticeState {
  if (step !== 'SUBMITTED') return step;
  if (lines.every(({ line, paidFen }) => paidFen === line.amountFen)) {
    return lines.every(({ confirmed }) => confirmed) ? 'CONFIRMED_BY_PAYEE' : 'PAID';
  }
  return lines.some(({ paidFen }) => paidFen > 0) ? 'PARTIAL' : 'SUBMITTED';
}

/** ISSUED → SUBMITTED, and VOID only before that (clearing-and-filing §4.7). */
export function stepNotice(
  noticeNo: string,
  step: NoticeStep,
  event: 'submit' | 'void',
): { readonly ok: true; readonly step: NoticeStep } | Refusal<'CLR-NTC-STATE'> {
  if (step !== 'ISSUED') return refuse('CLR-NTC-STATE', { noticeNo, state: step, event });
  return { ok: true, step: event === 'submit' ? 'SUBMITTED' : 'VOID' };
}

export interface PaymentContext {
  readonly step: NoticeStep;
  /** The lines of the notice; undefined when there is no such notice. */
  readonly lines: readonly LineStanding[] | undefined;
  /** Whether the owner has another payment under this bank serial. */
  readonly serialTaken: boolean;
}

/** Takes a payment of one line: the line's new standing, or why the payment can't be. Paying in parts is fine. */
export function recordPayment(
  payment: Payment,
  { step, lines, serialTaken }: PaymentContext,
):
  | { readonly ok: true; readonly standing: LineStanding }
  | Refusal<'CLR-PAY-LINE' | 'CLR-NTC-STATE' | 'CLR-PAY-AMOUNT' | 'CLR-PAY-SERIAL' | 'CLR-PAY-OVER'> {
  const { noticeNo, lineNo, bankName, bankSerial, paidFen } = payment;
  const standing = lines?.find(({ line }) => line.lineNo === lineNo);
  if (standing === undefined) return refuse('CLR-PAY-LINE', { noticeNo, lineNo: `${lineNo}` });
  if (step !== 'SUBMITTED') return refuse('CLR-NTC-STATE', { noticeNo, state: step, event: 'pay' });
  if (paidFen <= 0 || bankName === '' || bankSerial === '') return refuse('CLR-PAY-AMOUNT');
  if (serialTaken) return refuse('CLR-PAY-SERIAL', { bankSerial });
  const total = fen(standing.paidFen + paidFen);
  if (total > standing.line.amountFen) {
    return refuse('CLR-PAY-OVER', {
      lineFen: `${standing.line.amountFen}`,
      paidFen: `${standing.paidFen}`,
      amountFen: `${paidFen}`,
    });
  }
  return { ok: true, standing: { ...standing, paidFen: total } };
}

/** The payee has the money in its account: only of a line that is paid in full. */
export function confirmReceipt(
  noticeNo: string,
  standing: LineStanding,
): { readonly ok: true; readonly standing: LineStanding } | Refusal<'CLR-NTC-STATE'> {
  if (standing.paidFen !== standing.line.amountFen) {
    const state = standing.paidFen > 0 ? 'PARTIAL' : 'SUBMITTED';
    return refuse('CLR-NTC-STATE', { noticeNo, state, event: 'confirm' });
  }
  return { ok: true, standing: { ...standing, confirmed: true } };
}
