import { rangesOverlap } from '@yijie/calendar';
import type { Pack } from './pack.ts';

/** A place of a pack and what is said there in words. */
export interface Remark {
  readonly field: string;
  readonly reason: string;
}

/** Every section that stands on an assumption instead of a source. */
export function assumptionsOf(pack: Pack): readonly Remark[] {
  const found: Remark[] = [];
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('assumed' in node && typeof node.assumed === 'string')
      found.push({ field: path, reason: node.assumed });
    if ('by' in node && 'entries' in node) {
      const table = node as Table;
      // A remark on a table belongs to the field that holds it.
      walk(table.remark, path);
      for (const { keys, cell } of table.entries) walk(cell, `${path}[${table.by} ${keys.join('|')}]`);
      walk(table.other, `${path}[${table.by} other]`);
      return;
    }
    for (const [key, value] of Object.entries(node)) walk(value, path === '' ? key : `${path}.${key}`);
  };
  walk(pack, '');
  return found;
}

interface Table {
  readonly by: string;
  readonly entries: readonly { readonly keys: readonly string[]; readonly cell: unknown }[];
  readonly other?: unknown;
  readonly remark?: unknown;
}

/** What the pack itself says isn't published: whole visit kinds, and what it lists. */
export function notPublishedIn(pack: Pack): readonly Remark[] {
  const visits = Object.entries(pack.visits).flatMap(([visit, benefit]) =>
    'notPublished' in benefit ? [{ field: `visits.${visit}`, reason: benefit.notPublished }] : [],
  );
  return [...visits, ...(pack.notPublished ?? []).map(({ field, note }) => ({ field, reason: note }))];
}

/** Two packs of one region and scheme on one day: POL-OVERLAP at the first settlement of such a day. */
export function inForceTogether(one: Pack, other: Pack): boolean {
  return (
    one.homePool === other.homePool &&
    one.scheme === other.scheme &&
    rangesOverlap(one.effective, other.effective)
  );
}
