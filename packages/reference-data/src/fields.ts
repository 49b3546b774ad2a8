import { type LocalDate, parseLocalDate } from '@yijie/calendar';
import { FEE_CATEGORY_CODES, type FeeCategoryCode } from '@yijie/codes';
import { DataError } from './table.ts';

/** An empty field is an absent value. */
export function optional(text: string): string | undefined {
  return text === '' ? undefined : text;
}

export function required(text: string, name: string): string {
  if (text === '') throw new DataError(`${name} is empty`);
  return text;
}

export function oneOf<Word extends string>(text: string, words: readonly Word[], name: string): Word {
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) throw new DataError(`${name} is none of ${words.join(', ')}: ${text}`);
  return word;
}

export function day(text: string, name: string): LocalDate {
  const date = parseLocalDate(text);
  if (date === undefined) throw new DataError(`${name} is no day: ${text}`);
  return date;
}

export function feeCategory(text: string): FeeCategoryCode {
  return oneOf(text, FEE_CATEGORY_CODES, 'category');
}

/** "2.56" → 25600: ten-thousandths, as quantities and unit prices travel. */
export function tenThousandths(text: string, name: string): number {
  const match = /^(-?)(\d{1,11})(?:\.(\d{1,4}))?$/.exec(text);
  if (match === null) throw new DataError(`${name} isn't a decimal of at most four places: ${text}`);
  const [, sign, whole, decimals = ''] = match;
  const value = Number(whole) * 10_000 + Number(decimals.padEnd(4, '0'));
  return sign === '-' ? -value : value;
}
