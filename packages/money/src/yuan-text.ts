import { assert } from './assert.ts';
import { type Fen, fen } from './fen.ts';

const YUAN = /^(-?)(\d{1,13})(?:\.(\d{1,2})0*)?$/;

/** "123.45" → 12345 fen. Returns undefined for anything but plain yuan with at most two significant decimals. */
export function parseYuan(text: string): Fen | undefined {
  const match = YUAN.exec(text);
  if (!match) return undefined;
  const [, sign, yuan, decimals = ''] = match;
  const value = Number(yuan) * 100 + Number(decimals.padEnd(2, '0'));
  return fen(sign === '-' ? -value : value);
}

/** 12345 fen → "123.45"; with `grouped` → "1,234.56". */
export function formatYuan(amount: Fen, options: { grouped?: boolean } = {}): string {
  assert(Number.isSafeInteger(amount), `not an amount: ${amount}`);
  const absolute = Math.abs(amount);
  const yuan = Math.floor(absolute / 100).toString();
  const shown = options.grouped ? yuan.replace(/\B(?=(\d{3})+$)/g, ',') : yuan;
  return `${amount < 0 ? '-' : ''}${shown}.${(absolute % 100).toString().padStart(2, '0')}`;
}
