import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ItemClass, MappingRow } from '@yijie/catalogue';
import { CODE_KINDS, type CodeKind, ITEM_CLASSES } from './catalogue.ts';
import { DATA_FOLDER } from './data-folder.ts';
import { day, feeCategory, oneOf, optional, required } from './fields.ts';
import { mapRows, readTable } from './table.ts';

/** How the national code of an item was found; `none` for an item without one (data/README.md). */
export const FOUND = ['exact', 'same-item-other-name', 'composed', 'none'] as const;
export type Found = (typeof FOUND)[number];

/** A hospital's item with its national code and how it was found. */
export interface MappingEntry extends MappingRow {
  readonly itemName: string;
  readonly specification: string;
  readonly found: Found;
  readonly codeKind: CodeKind | undefined;
  /** The name under which the national source lists the item. */
  readonly nationalName: string | undefined;
  /** As the treatment region's catalogue has them; kept beside the code for whoever reads the table. */
  readonly itemClass: ItemClass;
  readonly classBasis: string;
}

const COLUMNS = [
  'item_code',
  'item_name',
  'specification',
  'national_code',
  'code_kind',
  'national_name',
  'found',
  'item_class',
  'class_basis',
  'self_paid_reason',
  'self_paid_category',
  'valid_from',
  'valid_until',
] as const;

/** A hospital's mapping table: data/mappings/<institution>.csv. */
export function readMappings(institution: string, folder = DATA_FOLDER): MappingEntry[] {
  const file = join(folder, 'mappings', `${institution}.csv`);
  return mapRows(file, readTable(file, COLUMNS), (row) => ({
    itemCode: required(row.item_code, 'item_code'),
    itemName: required(row.item_name, 'item_name'),
    specification: row.specification,
    nationalCode: optional(row.national_code),
    codeKind: row.code_kind === '' ? undefined : oneOf(row.code_kind, CODE_KINDS, 'code_kind'),
    nationalName: optional(row.national_name),
    found: oneOf(row.found, FOUND, 'found'),
    itemClass: oneOf(row.item_class, ITEM_CLASSES, 'item_class'),
    classBasis: required(row.class_basis, 'class_basis'),
    selfPaidReason: optional(row.self_paid_reason),
    selfPaidCategory: row.self_paid_category === '' ? undefined : feeCategory(row.self_paid_category),
    validFrom: day(row.valid_from, 'valid_from'),
    validUntil: row.valid_until === '' ? undefined : day(row.valid_until, 'valid_until'),
  }));
}

/** The institutions that have a mapping table. */
export function mappingInstitutions(folder = DATA_FOLDER): string[] {
  return readdirSync(join(folder, 'mappings'))
    .filter((name) => name.endsWith('.csv'))
    .map((name) => name.slice(0, -'.csv'.length))
    .sort();
}
