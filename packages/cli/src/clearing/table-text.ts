import type { CellValue, Table } from '@yijie/clearing';
import { type Language, textTable, yuan } from './printing.ts';

/** A table for the terminal; its headings are Chinese in either language, as they are signed. */
export function tableText(table: Table, language: Language): string {
  const columns = table.columns.map(({ name, zh, type }) => ({
    heading: { zh, en: name },
    align: type === 'A' || type === 'N' || type === 'P' ? ('right' as const) : ('left' as const),
  }));
  const shown = (values: readonly CellValue[]) =>
    table.columns.map(({ type }, at) => cellText(type, values[at] ?? null));
  const totals = table.totals.map(({ label, values }) => [label, ...shown(values).slice(1)]);
  return `${table.titleZh}（${table.owner}）\n${textTable(columns, [...table.rows.map(shown), ...totals], language)}`;
}

function cellText(type: string, value: CellValue): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (type === 'A') return yuan(value);
  return type === 'P' ? `${yuan(value)}%` : `${value}`;
}
