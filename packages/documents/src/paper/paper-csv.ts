import { csvLine } from '../detail/csv.ts';
import type { Paper } from './paper.ts';

/** A paper as CSV: a line for each field (label, value), then its tables; sentences and places to sign are left out. */
export function paperCsv(paper: Paper, options: { readonly bom?: boolean } = {}): Uint8Array {
  const lines = paper.blocks.flatMap((block) => {
    if (block.kind === 'fields')
      return block.fields.map(({ label, type, value }) => csvLine(['T', type], [label, value]));
    if (block.kind !== 'table') return [];
    const types = block.columns.map(({ type }) => type);
    return [
      csvLine(
        [],
        block.columns.map(({ heading }) => heading),
      ),
      ...block.rows.map((row) => csvLine(types, row)),
      ...block.totals.map(({ label, cells }) => csvLine(types, [label, ...cells.slice(1)])),
    ];
  });
  return Buffer.from(`${options.bom ? '\ufeff' : ''}${lines.map((line) => `${line}\r\n`).join('')}`);
}
