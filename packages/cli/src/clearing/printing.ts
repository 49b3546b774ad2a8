import { displayWidth, padEndColumns, padStartColumns } from '@yijie/documents';
import { type Fen, formatYuan } from '@yijie/money';

export type Language = 'zh' | 'en';

export interface Words {
  readonly zh: string;
  readonly en: string;
}

export interface TextColumn {
  readonly heading: Words;
  readonly align?: 'left' | 'right';
}

/** Rows in columns as wide as their content; Chinese characters count twice. */
export function textTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  language: Language,
): string {
  const lines = [columns.map(({ heading }) => heading[language]), ...rows];
  const widths = columns.map((_, at) =>
    lines.reduce((most, line) => Math.max(most, displayWidth(line[at] ?? '')), 0),
  );
  return lines
    .map((line) =>
      columns
        .map(({ align }, at) => {
          const pad = align === 'right' ? padStartColumns : padEndColumns;
          return pad(line[at] ?? '', widths[at] ?? 0);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function yuan(fen: number): string {
  return formatYuan(fen as Fen, { grouped: true });
}

/** 20260430 as 2026-04-30; nothing for 0. */
export function day(yyyymmdd: number): string {
  const text = `${yyyymmdd}`;
  return text.length === 8 ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}` : '';
}

/** 2026-04-30 or 20260430 as 20260430. */
export function dayNumber(text: string): number {
  const digits = text.replaceAll('-', '');
  if (!/^\d{8}$/.test(digits)) throw new Error(`"${text}" is no day: write YYYY-MM-DD.`);
  return Number(digits);
}

/** The clock of Shanghai, to the minute; nothing for 0. */
export function minute(atMs: number): string {
  if (atMs === 0) return '';
  return new Date(atMs + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
}

/** On a terminal only: a script's log is no place for it. */
export function progressBar(): (done: number, of: number, what?: string) => void {
  if (!process.stderr.isTTY) return () => undefined;
  return (done, of, what = '') => {
    const share = of === 0 ? 1 : Math.min(1, done / of);
    const filled = Math.round(share * 30);
    const bar = `[${'#'.repeat(filled)}${' '.repeat(30 - filled)}] ${Math.floor(share * 100)} % ${what}`;
    process.stderr.write(`\r${bar.padEnd(60)}`);
    if (share >= 1) process.stderr.write('\n');
  };
}
