import type { Scheme, VisitKind } from '@yijie/codes';
import { type Refusal, refuse } from '@yijie/errors';
import { type Fen, fen, ZERO_FEN } from '@yijie/money';

/** APPLIED by the hospital; CONFIRMED with its deductions or RETURNED by the agency; PAID by its finance; WITHDRAWN. */
export const APPLICATION_STATES = ['APPLIED', 'CONFIRMED', 'RETURNED', 'PAID', 'WITHDRAWN'] as const;
export type ApplicationState = (typeof APPLICATION_STATES)[number];

/** One line of a hospital's month, by scheme and visit kind; refunds are taken off. */
export interface ApplicationLine {
  readonly scheme: Scheme;
  readonly visitKind: VisitKind;
  readonly times: number;
  readonly medicalFen: Fen;
  readonly fundFen: Fen;
  readonly accountFen: Fen;
  readonly cashFen: Fen;
  readonly hospitalPartFen: Fen;
}

/** Of a month that isn't applied for, there is none. */
export interface Application {
  readonly institutionCode: string;
  readonly period: number;
  readonly revision: number;
  readonly treatmentPool: string;
  readonly state: ApplicationState;
  readonly reason: string;
  readonly lines: readonly ApplicationLine[];
  readonly deductFen: Fen;
  readonly withheldFen: Fen;
  readonly appliedAtMs: number;
  readonly decidedBy: string | undefined;
  readonly decidedAtMs: number | undefined;
  readonly paidAtMs: number | undefined;
  readonly bankSerial: string | undefined;
}

const FIELDS = ['times', 'medicalFen', 'fundFen', 'accountFen', 'cashFen', 'hospitalPartFen'] as const;

/** A hospital applies for what its rows are, to the fen, and once. */
export function refuseApplication(
  period: number,
  current: Application | undefined,
  stated: readonly ApplicationLine[],
  counted: readonly ApplicationLine[],
): Refusal | undefined {
  if (current !== undefined && current.state !== 'RETURNED' && current.state !== 'WITHDRAWN')
    return refuse('HAP-STATE', { state: current.state });
  if (counted.length === 0) return refuse('HAP-EMPTY', { period: `${period}` });
  const keys = new Set([...stated, ...counted].map(keyOf));
  for (const key of [...keys].sort()) {
    const one = stated.find((line) => keyOf(line) === key);
    const other = counted.find((line) => keyOf(line) === key);
    if (FIELDS.every((field) => (one?.[field] ?? 0) === (other?.[field] ?? 0))) continue;
    const { scheme, visitKind } = (one ?? other) as ApplicationLine;
    return refuse('HAP-TOTALS', {
      scheme,
      visitKind,
      hospitalFen: `${one?.medicalFen ?? 0}`,
      centreFen: `${other?.medicalFen ?? 0}`,
    });
  }
  return undefined;
}

/** What the funds and accounts owe the hospital by its application, before deductions. */
export function appliedFen(lines: readonly ApplicationLine[]): Fen {
  let total = 0;
  for (const { fundFen, accountFen } of lines) total += fundFen + accountFen;
  return fen(total);
}

/** Of a month with more deductions than claims it is negative: the hospital pays back. */
export function payableFen(application: Pick<Application, 'lines' | 'deductFen' | 'withheldFen'>): Fen {
  return fen(appliedFen(application.lines) - application.deductFen - application.withheldFen);
}

/** The agency confirms with the deductions of the month, keeping back what the agreement says. */
export function confirmApplication(
  application: Application,
  deductFen: Fen,
  withheldFen: Fen,
): { readonly ok: true; readonly deductFen: Fen; readonly withheldFen: Fen } | Refusal {
  if (application.state !== 'APPLIED') return refuse('HAP-STATE', { state: application.state });
  const payable = payableFen({ lines: application.lines, deductFen, withheldFen: ZERO_FEN });
  if (withheldFen > Math.max(0, payable))
    return refuse('HAP-WITHHELD', { payableFen: `${payable}`, withheldFen: `${withheldFen}` });
  return { ok: true, deductFen, withheldFen };
}

export function refusePayment(application: Application, amountFen: Fen, paidBy: string): Refusal | undefined {
  if (application.state !== 'CONFIRMED') return refuse('HAP-STATE', { state: application.state });
  if (application.decidedBy === paidBy) return refuse('CLR-FOUREYES');
  const payable = payableFen(application);
  if (amountFen === payable) return undefined;
  return refuse('HAP-AMOUNT', { payableFen: `${payable}`, amountFen: `${amountFen}` });
}

function keyOf({ scheme, visitKind }: ApplicationLine): string {
  return `${scheme} ${visitKind}`;
}
