import type { LocalDate } from '@yijie/calendar';
import { buildIndex, type CatalogueIndex, type CatalogueRow, type MappingRow } from '@yijie/catalogue';
import type { Database } from '@yijie/postgres';
import { changedMappings, loadItemMappings } from '../../repositories/mappings.ts';

/** Each institution's items against the region's catalogue: the table it was set up with, and what it mapped since. */
export interface ItemMappings {
  indexFor(institutionCode: string): CatalogueIndex;
  /** National codes that the region's catalogue knows on a day. */
  isListed(nationalCode: string, day: LocalDate): boolean;
  reload(institutionCode: string): Promise<void>;
  /** Goes over to another version of the catalogue; bills converted from now on go by it. */
  useCatalogue(catalogue: readonly CatalogueRow[]): Promise<void>;
  /** Reloads institutions whose mappings another replica changed. */
  refresh(): Promise<void>;
}

export interface ItemMappingsOptions {
  readonly database: Database;
  readonly catalogue: readonly CatalogueRow[];
  /** Mapping tables the institutions were set up with. */
  readonly tables: ReadonlyMap<string, readonly MappingRow[]>;
}

export async function openItemMappings(options: ItemMappingsOptions): Promise<ItemMappings> {
  const { database, tables } = options;
  let { catalogue } = options;
  const indexes = new Map<string, CatalogueIndex>();
  let unmapped = buildIndex([], catalogue);
  let byCode = Map.groupBy(catalogue, (row) => row.nationalCode);
  let revision = 0;

  const mappings: ItemMappings = {
    indexFor: (institutionCode) => indexes.get(institutionCode) ?? unmapped,
    isListed: (nationalCode, day) =>
      (byCode.get(nationalCode) ?? []).some(
        (row) => row.validFrom <= day && (row.validUntil === undefined || day < row.validUntil),
      ),
    async reload(institutionCode) {
      const own = await loadItemMappings(database, institutionCode);
      const rows = overrideMappings(tables.get(institutionCode) ?? [], own);
      indexes.set(institutionCode, buildIndex(rows, catalogue));
    },
    async useCatalogue(rows) {
      catalogue = rows;
      unmapped = buildIndex([], rows);
      byCode = Map.groupBy(rows, (row) => row.nationalCode);
      for (const institutionCode of indexes.keys()) await mappings.reload(institutionCode);
    },
    async refresh() {
      const changed = await changedMappings(database, revision);
      for (const institutionCode of changed.institutionCodes) await mappings.reload(institutionCode);
      revision = changed.revision;
    },
  };
  for (const institutionCode of tables.keys()) await mappings.reload(institutionCode);
  await mappings.refresh();
  return mappings;
}

/** From the first day of an institution's own mapping on, it replaces what was mapped before. */
export function overrideMappings(
  table: readonly MappingRow[],
  own: readonly MappingRow[],
): readonly MappingRow[] {
  const byItem = new Map<string, MappingRow[]>();
  for (const row of table) append(byItem, row);
  for (const row of own) {
    const before = byItem.get(row.itemCode) ?? [];
    byItem.set(row.itemCode, [...before.flatMap((earlier) => endBefore(earlier, row.validFrom)), row]);
  }
  return [...byItem.values()].flat();
}

function endBefore(row: MappingRow, day: LocalDate): MappingRow[] {
  if (row.validFrom >= day) return [];
  const ends = row.validUntil === undefined || row.validUntil > day;
  return [ends ? { ...row, validUntil: day } : row];
}

function append(byItem: Map<string, MappingRow[]>, row: MappingRow): void {
  const rows = byItem.get(row.itemCode);
  if (rows === undefined) byItem.set(row.itemCode, [row]);
  else rows.push(row);
}
