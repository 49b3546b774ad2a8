import { displayWidth, padEndColumns, padStartColumns, printable, wrapColumns } from './display-width.ts';
import type { Language } from './labels.ts';

/** Columns of a printed page: A4 upright at 10 points, and a terminal. */
export const PAGE_COLUMNS = 100;

export interface Field {
  readonly label: string;
  readonly value: string;
  /** Quarters of the page it wants; it takes more when the value is longer. */
  readonly quarters: 1 | 2 | 4;
}

/** Between a label and its value. */
export const COLON: Readonly<Record<Language, string>> = { zh: '：', en: ': ' };

const QUARTER = PAGE_COLUMNS / 4;

/** Fields side by side in a grid of quarters; one that doesn't fit moves on, one too long for a line is wrapped. */
export function layFields(fields: readonly Field[], language: Language): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const flush = () => {
    if (used > 0) lines.push(line.trimEnd());
    line = '';
    used = 0;
  };
  for (const { label, value, quarters } of fields) {
    const text = `${label}${COLON[language]}${printable(value) || '-'}`;
    const needed = Math.max(quarters, Math.ceil((displayWidth(text) + 1) / QUARTER));
    if (needed > 4) {
      flush();
      lines.push(...wrapColumns(text, PAGE_COLUMNS));
      continue;
    }
    if (used + needed > 4) flush();
    line += padEndColumns(text, needed * QUARTER);
    used += needed;
  }
  flush();
  return lines;
}

export function rule(character: '-' | '='): string {
  return character.repeat(PAGE_COLUMNS);
}

export function centred(text: string): string {
  return `${' '.repeat(Math.max(0, Math.floor((PAGE_COLUMNS - displayWidth(text)) / 2)))}${text}`;
}

/** Left and right on one line; on two when they don't fit. */
export function spread(left: string, right: string): string[] {
  const free = PAGE_COLUMNS - displayWidth(left) - displayWidth(right);
  return free >= 1 ? [`${left}${' '.repeat(free)}${right}`] : [left, padStartColumns(right, PAGE_COLUMNS)];
}

/** A label at the left edge and an amount at the right edge of a column. */
export function amountLine(label: string, amount: string, width: number): string {
  return `${label}${padStartColumns(amount, Math.max(1, width - displayWidth(label)))}`;
}

/** Two columns of lines next to each other. */
export function besides(left: readonly string[], right: readonly string[], leftColumns: number): string[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) =>
    `${padEndColumns(left[index] ?? '', leftColumns)}${right[index] ?? ''}`.trimEnd(),
  );
}

/** A numbered list whose lines are indented under their text. */
export function numbered(texts: readonly string[]): string[] {
  return texts.flatMap((text, index) => {
    const head = `${index + 1}. `;
    return wrapColumns(printable(text), PAGE_COLUMNS - head.length).map(
      (line, at) => `${at === 0 ? head : ' '.repeat(head.length)}${line}`,
    );
  });
}
