declare const kind: unique symbol;

/** A civil day in Asia/Shanghai, `YYYY-MM-DD`. Compares with `<` as text. Never a JS `Date`. */
export type LocalDate = string & { readonly [kind]: 'LocalDate' };

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number & { readonly [kind]: 'Instant' };

const PATTERN = /^(\d{4})-(\d{2})-(\d{2})$/;
const DAY_MS = 86_400_000;
const DIGIT_ZERO = 48;
/** China has kept UTC+8 without summer time since 1992, before any settlement of this system. */
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;

/** Returns undefined unless `text` is a day that exists. */
export function parseLocalDate(text: string): LocalDate | undefined {
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const days = toEpochDay(Number(match[1]), Number(match[2]), Number(match[3]));
  return fromEpochDay(days) === text ? (text as LocalDate) : undefined;
}

/** For literals and values checked elsewhere; throws when the day doesn't exist. */
export function localDate(text: string): LocalDate {
  const parsed = parseLocalDate(text);
  if (parsed === undefined) throw new RangeError(`not a day: ${text}`);
  return parsed;
}

/** 20250205 → "2025-02-05"; undefined when that isn't a day. The wire form of every contract. */
export function localDateFromNumber(yyyymmdd: number): LocalDate | undefined {
  const text = yyyymmdd.toString();
  if (text.length !== 8) return undefined;
  return parseLocalDate(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`);
}

/** Whether YYYYMMDD is a day that exists; the quick question, without making text. */
export function isDayNumber(yyyymmdd: number): boolean {
  const month = Math.floor(yyyymmdd / 100) % 100;
  const day = yyyymmdd % 100;
  if (!Number.isInteger(yyyymmdd) || yyyymmdd < 10_000_000 || yyyymmdd > 99_991_231) return false;
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  return day <= 28 || (day <= 30 && month !== 2) || localDateFromNumber(yyyymmdd) !== undefined;
}

export function localDateToNumber(date: LocalDate): number {
  let digits = 0;
  for (let i = 0; i < date.length; i++) {
    if (date[i] !== '-') digits = digits * 10 + (date.charCodeAt(i) - DIGIT_ZERO);
  }
  return digits;
}

/** The civil day in Asia/Shanghai at an instant. */
export function localDateAt(instant: Instant | number): LocalDate {
  return fromEpochDay(Math.floor((instant + SHANGHAI_OFFSET_MS) / DAY_MS));
}

/** The instant at which the day begins in Asia/Shanghai. */
export function startOfDay(date: LocalDate): Instant {
  return (epochDay(date) * DAY_MS - SHANGHAI_OFFSET_MS) as Instant;
}

export function addDays(date: LocalDate, days: number): LocalDate {
  return fromEpochDay(epochDay(date) + days);
}

/** Whole days from `from` to `until`; negative when `until` is earlier. */
export function daysBetween(from: LocalDate, until: LocalDate): number {
  return epochDay(until) - epochDay(from);
}

/** Adds months; a day that the target month lacks becomes its last day (31 January + 1 month = 28 February). */
export function addMonths(date: LocalDate, months: number): LocalDate {
  const index = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 + months;
  const year = Math.floor(index / 12);
  const month = (index % 12) + 1;
  const lastDay =
    toEpochDay(month === 12 ? year + 1 : year, month === 12 ? 1 : month + 1, 1) - toEpochDay(year, month, 1);
  return fromEpochDay(toEpochDay(year, month, Math.min(Number(date.slice(8)), lastDay)));
}

/** Completed years between a birth date and a day (age as policies count it). */
export function completedYears(birth: LocalDate, on: LocalDate): number {
  const years = Number(on.slice(0, 4)) - Number(birth.slice(0, 4));
  return on.slice(5) < birth.slice(5) ? years - 1 : years;
}

function epochDay(date: LocalDate): number {
  return toEpochDay(Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8)));
}

function toEpochDay(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / DAY_MS;
}

function fromEpochDay(days: number): LocalDate {
  return new Date(days * DAY_MS).toISOString().slice(0, 10) as LocalDate;
}
