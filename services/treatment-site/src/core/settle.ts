import { type LocalDate, localDateFromNumber } from '@yijie/calendar';
import type { BillLine, CatalogueIndex, ConvertedBill } from '@yijie/catalogue';
import type { SplitLine } from '@yijie/contracts/exchange';
import { type Refusal, refuse } from '@yijie/errors';
import { addToBill, needsStoredLines } from './charges.ts';
import { LINES_PER_CALL_MAX } from './form.ts';
import { checkOutsideLines } from './outside-lines.ts';
import { SPLIT_LINES_MAX, splitLines } from './split-lines.ts';
import { isStay, type Visit } from './visit.ts';

/** What a hospital says when it settles, or asks what a settlement would be. */
export interface SettleStatement {
  readonly totalFen: number;
  readonly useAccount: boolean;
  readonly quoteHash: Buffer;
  readonly lines: readonly BillLine[];
  /** YYYYMMDD, or 0 when discharged before. */
  readonly dischargeDate: number;
  readonly dischargeDiagnosisCode: string;
  readonly paidInFull: boolean;
  readonly interim: boolean;
}

export interface SettleFacts {
  readonly visit: Visit | undefined;
  /** Given when the stored lines themselves are needed ({@link linesToLoad}). */
  readonly storedLines: readonly BillLine[] | undefined;
  readonly index: CatalogueIndex;
  readonly today: LocalDate;
  readonly idText: (id: Buffer) => string;
  /** A quote: a running stay is judged as if it ended today. */
  readonly endsToday?: boolean;
}

export interface SettleDecision {
  readonly ok: true;
  readonly visit: Visit;
  readonly bill: ConvertedBill;
  /** Of an outpatient or chronic visit. */
  readonly lines: readonly SplitLine[];
  readonly dischargeDate: LocalDate | undefined;
  /** The discharge comes with the settlement. */
  readonly discharges: boolean;
}

/** Longest quote hash: SHA-256. */
const QUOTE_HASH_BYTES_MAX = 32;

/** An outpatient visit sends every line on; of a stay the totals mostly do. */
export function linesToLoad(visit: Visit | undefined, statement: Pick<SettleStatement, 'lines'>): boolean {
  if (visit === undefined) return false;
  return (
    (!isStay(visit.terms) && visit.charges.bill.lineCount > 0) ||
    needsStoredLines(visit.charges, statement.lines)
  );
}

/** Whether a visit may be settled as stated. Order of checks: form, state, money; the first that fails is the answer. */
export function decideSettle(statement: SettleStatement, facts: SettleFacts): SettleDecision | Refusal {
  const malformed = checkForm(statement);
  if (malformed) return malformed;
  const { visit } = facts;
  if (visit === undefined) return refuse('VST-NOTFOUND');
  const discharge = decideDischarge(statement, visit, facts);
  if (!discharge.ok) return discharge;
  const bill = countBill(statement, visit, discharge.date, facts);
  if (!bill.ok) return bill;
  if (bill.bill.totalFen !== statement.totalFen) {
    return refuse('STL-SUM', {
      statedFen: String(statement.totalFen),
      countedFen: String(bill.bill.totalFen),
    });
  }
  return {
    ok: true,
    visit,
    bill: bill.bill,
    lines: bill.lines,
    dischargeDate: discharge.date,
    discharges: visit.dischargeDate === undefined && discharge.date !== undefined,
  };
}

function checkForm(statement: SettleStatement): Refusal | undefined {
  if (!Number.isSafeInteger(statement.totalFen) || statement.totalFen <= 0) {
    return refuse('FRM-AMOUNT', { field: 'total_fen', value: String(statement.totalFen) });
  }
  if (statement.lines.length > LINES_PER_CALL_MAX) {
    return refuse('CAT-TOO-MANY', { count: String(statement.lines.length), max: String(LINES_PER_CALL_MAX) });
  }
  if (statement.quoteHash.length > QUOTE_HASH_BYTES_MAX) return refuse('FRM-VALUE', { field: 'quote_hash' });
  if (statement.dischargeDate !== 0 && localDateFromNumber(statement.dischargeDate) === undefined) {
    return refuse('FRM-DATE', { field: 'discharge_date', value: String(statement.dischargeDate) });
  }
  return undefined;
}

type Discharge = { readonly ok: true; readonly date: LocalDate | undefined } | Refusal;

function decideDischarge(statement: SettleStatement, visit: Visit, facts: SettleFacts): Discharge {
  if (visit.cancelled) return refuse('VST-CANCELLED');
  if (visit.claim) {
    const id = facts.idText(visit.claim.commandId);
    return visit.claim.isSettled
      ? refuse('STL-DUP', { settlementId: id })
      : refuse('STL-RUNNING', { messageId: id });
  }
  if (statement.interim) return refuse('STL-INTERIM');
  const stated = statement.dischargeDate === 0 ? undefined : localDateFromNumber(statement.dischargeDate);
  if (!isStay(visit.terms)) return { ok: true, date: undefined };
  if (visit.dischargeDate !== undefined) {
    return stated === undefined || stated === visit.dischargeDate
      ? { ok: true, date: visit.dischargeDate }
      : refuse('VST-DISCHARGED', { dischargeDate: visit.dischargeDate });
  }
  if (facts.endsToday) return { ok: true, date: facts.today };
  if (stated === undefined) return refuse('STL-NOTDISCHARGED');
  const impossible = checkDischarge(visit, stated, statement.dischargeDiagnosisCode, facts.today);
  return impossible ?? { ok: true, date: stated };
}

/** A discharge lies between the admission and today, after every charge, and has a diagnosis. */
export function checkDischarge(
  visit: Visit,
  date: LocalDate,
  diagnosis: string,
  today: LocalDate,
): Refusal | undefined {
  if (date < visit.admissionDate || date > today) {
    return refuse('VST-DATES', { admissionDate: visit.admissionDate, dischargeDate: date });
  }
  if (diagnosis === '') return refuse('VST-DIAGNOSIS');
  const { lastServiceDate } = visit.charges;
  if (lastServiceDate !== undefined && lastServiceDate > date) {
    return refuse('CAT-DATE', { firstDay: visit.admissionDate, lastDay: date });
  }
  return undefined;
}

/** What stands of a visit's charges, as a settlement would send it. */
export function recountBill(
  visit: Visit,
  storedLines: readonly BillLine[],
  facts: Pick<SettleFacts, 'index' | 'today'>,
): CountedBill | Refusal {
  return countBill({ lines: [] }, visit, visit.dischargeDate, { ...facts, storedLines });
}

type CountedBill = {
  readonly ok: true;
  readonly bill: ConvertedBill;
  /** Of an outpatient or chronic visit. */
  readonly lines: readonly SplitLine[];
};

function countBill(
  statement: Pick<SettleStatement, 'lines'>,
  visit: Visit,
  dischargeDate: LocalDate | undefined,
  facts: Pick<SettleFacts, 'index' | 'today' | 'storedLines'>,
): CountedBill | Refusal {
  const stored = visit.charges.bill;
  if (statement.lines.length === 0 && stored.lineCount === 0) return refuse('STL-NOLINES');
  if (statement.lines.length === 0 && isStay(visit.terms)) return { ok: true, bill: stored, lines: [] };
  const outside = checkOutsideLines(statement.lines, visit);
  if (outside) return outside;
  const stay = { admissionDate: visit.admissionDate, lastDate: dischargeDate ?? facts.today };
  const added = addToBill(visit.charges, facts.storedLines, statement.lines, stay, facts.index);
  if (!added.ok || isStay(visit.terms)) return added.ok ? { ...added, lines: [] } : added;
  const { bill } = added;
  if (bill.lineCount > SPLIT_LINES_MAX) {
    return refuse('CAT-VISIT-LINES', { count: String(bill.lineCount), max: String(SPLIT_LINES_MAX) });
  }
  return { ok: true, bill, lines: splitLines(facts.index, [...(facts.storedLines ?? []), ...added.fresh]) };
}
