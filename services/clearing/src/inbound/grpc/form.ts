import { addDays, daysBetween, type LocalDate, localDateFromNumber, startOfDay } from '@yijie/calendar';
import { type Period, parsePeriod } from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import { type Fen, fen } from '@yijie/money';
import type { Span } from '../../repositories/hospital/hospital-rows.ts';

/** Reads the fields of a request; the first that is wrong is the refusal. */
export class FormError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

/** Runs a reader of fields; what it refuses comes back as a value. */
export function readForm<Form>(read: () => Form): { readonly ok: true; readonly form: Form } | Refusal {
  try {
    return { ok: true, form: read() };
  } catch (error) {
    if (error instanceof FormError) return error.refusal;
    throw error;
  }
}

/** One that has another form than ours stands for no settlement, and is answered so. */
export function settlementId(text: string): string {
  if (!/^[0-9a-f]{32}$/.test(text))
    throw new FormError(refuse('MCH-NOTFOUND', { settlementId: text.slice(0, 40) }));
  return text;
}

export function requiredText(field: string, text: string, max = 500): string {
  if (text.trim() === '') throw new FormError(refuse('FRM-REQUIRED', { field }));
  if (text.length > max) throw new FormError(refuse('FRM-LENGTH', { field, max: `${max}` }));
  return text;
}

export function requiredWord<Word>(field: string, word: Word | undefined): Word {
  if (word === undefined) throw new FormError(refuse('FRM-VALUE', { field }));
  return word;
}

export function requiredPeriod(field: string, yyyymm: number): Period {
  const period = parsePeriod(`${yyyymm}`);
  if (period === undefined) throw new FormError(refuse('FRM-VALUE', { field, value: `${yyyymm}` }));
  return period;
}

/** The first day is in it, the second isn't. */
export function span(fromDate: number, untilDate: number, daysMax: number): Span {
  const [from, until] = [date('from_date', fromDate), date('until_date', untilDate)];
  const days = daysBetween(from, until);
  if (days < 1 || days > daysMax)
    throw new FormError(refuse('MCH-SPAN', { from, until, days: `${daysMax}` }));
  return { fromMs: startOfDay(from), untilMs: startOfDay(until) };
}

export function spanOfPeriod(period: Period): Span {
  const first = date('period', period * 100 + 1);
  const next = date('period', Number(addDays(first, 31).slice(0, 7).replace('-', '')) * 100 + 1);
  return { fromMs: startOfDay(first), untilMs: startOfDay(next) };
}

function date(field: string, yyyymmdd: number): LocalDate {
  const found = localDateFromNumber(yyyymmdd);
  if (found === undefined) throw new FormError(refuse('FRM-DATE', { field, value: `${yyyymmdd}` }));
  return found;
}

/** Of a refund it is negative. */
export function anyAmount(field: string, value: number): Fen {
  if (!Number.isSafeInteger(value)) throw new FormError(refuse('FRM-AMOUNT', { field, value: `${value}` }));
  return fen(value);
}

export function amount(field: string, value: number): Fen {
  if (value < 0) throw new FormError(refuse('FRM-AMOUNT', { field, value: `${value}` }));
  return anyAmount(field, value);
}

export interface Page {
  /** One more than is shown says whether there is a next page. */
  readonly size: number;
  readonly shown: number;
  readonly after: string;
}

const PAGE_DEFAULT = 50;
const PAGE_MAX = 500;

export function page(pageSize: number, pageToken: string, token: RegExp): Page {
  if (pageSize < 0 || pageSize > PAGE_MAX || (pageToken !== '' && !token.test(pageToken)))
    throw new FormError(refuse('FRM-PAGE'));
  const shown = pageSize === 0 ? PAGE_DEFAULT : pageSize;
  return { size: shown + 1, shown, after: pageToken };
}
