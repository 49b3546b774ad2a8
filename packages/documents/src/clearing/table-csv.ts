import type { Table } from '@yijie/clearing';
import { csv } from '../detail/csv.ts';
import type { CellValue } from '../paper/paper.ts';

/** A table as CSV, its totals behind the rows with their label in the first column. */
export async function tableCsv(
  table: Table,
  options: {
    readonly bom?: boolean;
    /** `name` for programs (snake_case, never changes), `zh` for people. */
    readonly headings?: 'zh' | 'name';
  } = {},
): Promise<Uint8Array> {
  const headings = options.headings ?? 'zh';
  const columns = table.columns.map(({ name, zh, type }) => ({
    heading: headings === 'zh' ? zh : name,
    type,
  }));
  const totals = table.totals.map(({ label, values }): CellValue[] => [label, ...values.slice(1)]);
  const chunks: Uint8Array[] = [];
  for await (const chunk of csv({ columns, batches: [table.rows, totals] }, options)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
