import type { VisitKind } from '@yijie/codes';
import type { Pack } from './pack.ts';
import type { Benefit } from './pack-schema.ts';

export type Path = readonly (string | number)[];

/** The visit kinds that a pack has rules for. */
export function publishedVisits(pack: Pack): readonly { visit: VisitKind; benefit: Benefit; path: Path }[] {
  return (Object.entries(pack.visits) as [VisitKind, Pack['visits'][VisitKind]][]).flatMap(
    ([visit, benefit]) => ('notPublished' in benefit ? [] : [{ visit, benefit, path: ['visits', visit] }]),
  );
}

/** Every table of a pack with the path of the field that holds it. */
export function tablesOf(pack: Pack): readonly { table: FoundTable; path: Path }[] {
  const found: { table: FoundTable; path: Path }[] = [];
  const walk = (node: unknown, path: Path): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('by' in node && 'entries' in node) {
      const table = node as FoundTable;
      found.push({ table, path });
      for (const entry of table.entries) walk(entry.cell, path);
      walk(table.other, path);
      return;
    }
    if ('value' in node && Object.keys(node).length === 1) {
      walk((node as { value: unknown }).value, path);
      return;
    }
    for (const [key, value] of Object.entries(node))
      walk(value, [...path, Array.isArray(node) ? Number(key) : key]);
  };
  for (const section of ['filing', 'itemGroups', 'visits', 'layers'] as const) walk(pack[section], [section]);
  return found;
}

export interface FoundTable {
  readonly by: string;
  readonly entries: readonly { readonly keys: readonly string[]; readonly cell: unknown }[];
  readonly other?: unknown;
  readonly remark: { readonly source?: string | undefined };
}
