import { type Fen, formatYuan } from '@yijie/money';
import { printable } from '../display-width.ts';
import type { CellType, CellValue } from './paper.ts';

/** A value as people read it: amounts in yuan with grouped thousands, ratios in per cent with two decimals. */
export function cellText(type: CellType, value: CellValue): string {
  if (value === null) return '';
  if (typeof value === 'string') return printable(value);
  switch (type) {
    case 'A':
      return formatYuan(value as Fen, { grouped: true });
    case 'P':
      // A ratio of 10,000 parts has its per cent two places to the left, as yuan have fen.
      return `${formatYuan(value as Fen)}%`;
    default:
      return formatYuan((value * 100) as Fen, { grouped: true }).replace(/\.00$/, '');
  }
}

/** Numbers stand at the right, codes and days in the middle, texts at the left. */
export function alignmentOf(type: CellType): 'left' | 'center' | 'right' {
  if (type === 'A' || type === 'N' || type === 'P') return 'right';
  return type === 'T' ? 'left' : 'center';
}
