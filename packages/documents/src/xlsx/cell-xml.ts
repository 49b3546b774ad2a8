import { daysBetween, type LocalDate, localDate } from '@yijie/calendar';
import type { CellType, CellValue } from '../paper/paper.ts';
import { plainText } from '../paper/plain-text.ts';
import { STYLES, type StyleName } from './styles.ts';

/**
 * One cell with its real type: amounts as numbers in yuan, days as Excel's day numbers, ratios as numbers. An amount is
 * exact up to ten thousand billion yuan (Excel keeps 15 digits).
 */
export function cellXml(reference: string, type: CellType, value: CellValue, bold = false): string {
  const style = STYLES[styleOf(type, bold)];
  if (value === null || value === '') return `<c r="${reference}" s="${style}"/>`;
  if (typeof value === 'number')
    return `<c r="${reference}" s="${style}"><v>${plainText(type, value)}</v></c>`;
  if (type === 'D') return `<c r="${reference}" s="${style}"><v>${dayNumber(value as LocalDate)}</v></c>`;
  return textXml(reference, value, style);
}

/** A text in the cell itself: a table of shared texts would have to be held until the end. */
export function textXml(reference: string, text: string, style: number): string {
  return `<c r="${reference}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escapeXml(text)}</t></is></c>`;
}

/** A, B, … Z, AA, … of the column at a place counted from 0. */
export function columnLetters(at: number): string {
  const rest = Math.floor(at / 26);
  return `${rest === 0 ? '' : columnLetters(rest - 1)}${String.fromCharCode(65 + (at % 26))}`;
}

/** Control characters can't stand in XML 1.0 at all. */
export function escapeXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[&<>"\u0000-\u001f\ufffe\uffff]/g, (character) => ENTITIES[character] ?? ' ');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function styleOf(type: CellType, bold: boolean): StyleName {
  switch (type) {
    case 'A':
      return bold ? 'totalAmount' : 'amount';
    case 'N':
      return bold ? 'totalCount' : 'count';
    case 'P':
      return 'ratio';
    case 'D':
      return 'day';
    case 'C':
      return 'code';
    case 'T':
      return bold ? 'totalText' : 'text';
  }
}

/** Excel counts days from 1899-12-30, which is right for every day since 1900-03-01. */
const EXCEL_DAY_ZERO = localDate('1899-12-30');

function dayNumber(day: LocalDate): number {
  return daysBetween(EXCEL_DAY_ZERO, day);
}
