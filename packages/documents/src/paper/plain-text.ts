import { type Fen, formatYuan } from '@yijie/money';
import type { CellType } from './paper.ts';

/** A number as files for machines carry it: yuan with two decimals, ratios with four; no grouping. */
export function plainText(type: CellType, value: number): string {
  if (type === 'A') return formatYuan(value as Fen);
  if (type !== 'P') return value.toString();
  // Digits are moved as text: no binary fraction comes near money.
  const digits = Math.abs(value).toString().padStart(5, '0');
  return `${value < 0 ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}
