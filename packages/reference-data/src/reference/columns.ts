import { type LocalDate, parseLocalDate } from '@yijie/calendar';
import {
  FEE_CATEGORY_CODES,
  HOSPITAL_KINDS,
  HOSPITAL_LEVELS,
  parseRegionCode,
  VISIT_KINDS,
} from '@yijie/codes';
import { CODE_KINDS, ITEM_CLASSES } from '../catalogue.ts';

/** Says what is wrong with a field, or undefined when it is in order. */
export type ColumnCheck = (text: string) => string | undefined;

export const required: ColumnCheck = (text) => (text === '' ? 'is empty' : undefined);
export const free: ColumnCheck = () => undefined;

export const day: ColumnCheck = (text) =>
  parseLocalDate(text) === undefined ? 'is no day, YYYY-MM-DD' : undefined;
export const optionalDay: ColumnCheck = (text) => (text === '' ? undefined : day(text));

export const region: ColumnCheck = (text) =>
  parseRegionCode(text) === undefined ? 'is no region code of six digits' : undefined;

export const institutionCode: ColumnCheck = (text) =>
  /^[A-Za-z0-9]{4,32}$/.test(text) ? undefined : 'is no institution code';

export const yesOrNo: ColumnCheck = oneOf(['Y', 'N']);
export const hospitalLevel: ColumnCheck = oneOf(HOSPITAL_LEVELS);
export const hospitalKind: ColumnCheck = oneOf(HOSPITAL_KINDS);
export const visitKind: ColumnCheck = oneOf(VISIT_KINDS);
export const itemClass: ColumnCheck = oneOf(ITEM_CLASSES);
export const codeKind: ColumnCheck = oneOf(CODE_KINDS);
export const feeCategory: ColumnCheck = oneOf(FEE_CATEGORY_CODES);
export const itemGroup: ColumnCheck = oneOf(['', 'TCM']);

export const basisPoints: ColumnCheck = (text) =>
  /^\d{1,5}$/.test(text) && Number(text) <= 10_000 ? undefined : 'is no ratio of 0 to 10000 basis points';

export const optionalPrice: ColumnCheck = (text) =>
  text === '' || /^\d{1,11}(\.\d{1,4})?$/.test(text)
    ? undefined
    : 'is no price in yuan with at most four places';

/** Half-open: the end isn't before the start. */
export function endsAfter(from: string, until: string): string | undefined {
  const [start, end] = [parseLocalDate(from), parseLocalDate(until)] as (LocalDate | undefined)[];
  return start !== undefined && end !== undefined && end <= start
    ? `ends on or before its start, ${from}`
    : undefined;
}

function oneOf(words: readonly string[]): ColumnCheck {
  return (text) =>
    words.includes(text) ? undefined : `is none of ${words.map((word) => word || '(empty)').join(', ')}`;
}
