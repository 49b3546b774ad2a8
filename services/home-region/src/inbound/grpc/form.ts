import { type LocalDate, localDateFromNumber } from '@yijie/calendar';
import { type Refusal, refuse } from '@yijie/errors';
import { type Fen, fen } from '@yijie/money';
import { idFromText } from '@yijie/runtime';

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

export function requiredText(field: string, text: string, max = 100): string {
  if (text === '') throw new FormError(refuse('FRM-REQUIRED', { field }));
  return plainText(field, text, max);
}

/** A whole file, of many lines. */
export function requiredFile(field: string, text: string, max: number): string {
  if (text === '') throw new FormError(refuse('FRM-REQUIRED', { field }));
  if (text.length > max) throw new FormError(refuse('FRM-LENGTH', { field, max: `${max}` }));
  return text;
}

/** May be empty; no line breaks or other signs that would change a form it is printed on. */
export function plainText(field: string, text: string, max = 100): string {
  if (text.length > max) throw new FormError(refuse('FRM-LENGTH', { field, max: `${max}` }));
  if (CONTROL_SIGNS.test(text)) throw new FormError(refuse('FRM-VALUE', { field }));
  return text;
}

const CONTROL_SIGNS = /\p{Cc}/u;

export function requiredWord<Word>(field: string, word: Word | undefined): Word {
  if (word === undefined) throw new FormError(refuse('FRM-VALUE', { field }));
  return word;
}

/** 0 (UNSPECIFIED) leaves it open; a number that stands for nothing is refused. */
export function optionalWord<Wire extends number, Word>(
  field: string,
  wire: Wire,
  words: { word(wire: Wire): Word | undefined },
): Word | undefined {
  return wire === 0 ? undefined : requiredWord(field, words.word(wire));
}

export function requiredId(field: string, text: string): Uint8Array {
  const id = idFromText(requiredText(field, text));
  if (id === undefined) throw new FormError(refuse('FRM-VALUE', { field, value: text }));
  return id;
}

export function requiredDate(field: string, yyyymmdd: number): LocalDate {
  const date = localDateFromNumber(yyyymmdd);
  if (date === undefined) throw new FormError(refuse('FRM-DATE', { field, value: `${yyyymmdd}` }));
  return date;
}

export function optionalDate(field: string, yyyymmdd: number): LocalDate | undefined {
  return yyyymmdd === 0 ? undefined : requiredDate(field, yyyymmdd);
}

export function amount(field: string, value: number): Fen {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new FormError(refuse('FRM-AMOUNT', { field, value: `${value}` }));
  return fen(value);
}

export function pool(field: string, code: string): string {
  if (!/^[1-8]\d{5}$/.test(code)) throw new FormError(refuse('FRM-REGION', { field, value: code }));
  return code;
}

export function wholeNumber(field: string, value: number, max: number): number {
  if (!Number.isInteger(value) || value < 0 || value > max)
    throw new FormError(refuse('FRM-VALUE', { field, value: `${value}`, allowed: `0–${max}` }));
  return value;
}
