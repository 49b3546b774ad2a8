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
  return isDay(Number(match[1]), Number(match[2]), Number(match[3])) ? (text as LocalDate) : undefined;
}

/** For literals and values checked elsewhere; throws when the day doesn't exist. */
export function localDate(text: string): LocalDate {
  const parsed = parseLocalDate(text);
  if (parsed === undefined) throw new RangeError(`not a day: ${text}`);
  return parsed;
}

/** 20250205 → "2025-02-05"; undefined when that isn't a day. The wire form of every contract. */
export function localDateFromNumber(yyyymmdd: number): LocalDate | undefined {
  if (!isDayNumber(yyyymmdd)) return undefined;
  const text = yyyymmdd.toString();
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}` as LocalDate;
}

/** Whether YYYYMMDD is a day that exists; the quick question, without making text. */
export function isDayNumber(yyyymmdd: number): boolean {
  if (!Number.isInteger(yyyymmdd) || yyyymmdd < 10_000_000 || yyyymmdd > 99_991_231) return false;
  return isDay(Math.floor(yyyymmdd / 10_000), Math.floor(yyyymmdd / 100) % 100, yyyymmdd % 100);
}

export function localDateToNumber(date: LocalDate): number {
  let digits = 0;
  for (let i = 0; i < date.length; i++) {
    if (date[i] !== '-') digits = digits * 10 + (date.charCodeAt(i) - DIGIT_ZERO);
  }
  return digits;
}

/** The day of the last call: nearly all instants that are asked about lie in the same day, today. */
let lastEpochDay = Number.NaN;
let lastDate: LocalDate;

/** The civil day in Asia/Shanghai at an instant. */
export function localDateAt(instant: Instant | number): LocalDate {
  const days = Math.floor((instant + SHANGHAI_OFFSET_MS) / DAY_MS);
  if (days !== lastEpochDay) {
    lastDate = fromEpochDay(days);
    lastEpochDay = days;
  }
  return lastDate;
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

/** Completed months between two days: one is complete on the same day of the month, or on the first day after a month without it. */
export function completedMonths(since: LocalDate, on: LocalDate): number {
  const months =
    12 * (Number(on.slice(0, 4)) - Number(since.slice(0, 4))) +
    Number(on.slice(5, 7)) -
    Number(since.slice(5, 7));
  return on.slice(8) < since.slice(8) ? months - 1 : months;
}

/** A year has four digits; those before 100 are no years of this calendar. */
function isDay(year: number, month: number, day: number): boolean {
  if (year < 100 || month < 1 || month > 12 || day < 1) return false;
  if (day <= 28) return true;
  if (month === 2) return day === 29 && isLeapYear(year);
  return day <= (month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
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
