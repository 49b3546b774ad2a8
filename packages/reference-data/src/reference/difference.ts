import type { ReferenceRow } from './read-version.ts';
import type { ReferenceTable } from './tables.ts';

export interface ReferenceChange {
  readonly kind: 'added' | 'changed' | 'ended';
  readonly table: ReferenceTable;
  readonly key: string;
  readonly fields: readonly { readonly name: string; readonly before: string; readonly after: string }[];
}

export interface TableDifference {
  readonly table: ReferenceTable;
  readonly added: number;
  readonly changed: number;
  readonly ended: number;
  readonly unchanged: number;
}

/** What a version's table changes in what is in force: a row that it doesn't have any more ends. */
export function compareTable(
  table: ReferenceTable,
  inForce: readonly ReferenceRow[],
  next: readonly ReferenceRow[],
): { readonly changes: readonly ReferenceChange[]; readonly difference: TableDifference } {
  const before = new Map(inForce.map(({ key, fields }) => [key, fields]));
  const after = new Set(next.map(({ key }) => key));
  const changes: ReferenceChange[] = [];
  let unchanged = 0;
  for (const { key, fields } of next) {
    const old = before.get(key);
    const changed = changedFields(old ?? {}, fields);
    if (old === undefined) changes.push({ kind: 'added', table, key, fields: changed });
    else if (changed.length > 0) changes.push({ kind: 'changed', table, key, fields: changed });
    else unchanged += 1;
  }
  for (const { key, fields } of inForce) {
    if (!after.has(key)) changes.push({ kind: 'ended', table, key, fields: changedFields(fields, {}) });
  }
  const count = (kind: ReferenceChange['kind']) => changes.filter((change) => change.kind === kind).length;
  return {
    changes,
    difference: { table, added: count('added'), changed: count('changed'), ended: count('ended'), unchanged },
  };
}

function changedFields(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): ReferenceChange['fields'] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const [old, fresh] = [before[name] ?? '', after[name] ?? ''];
    return old === fresh ? [] : [{ name, before: old, after: fresh }];
  });
}
