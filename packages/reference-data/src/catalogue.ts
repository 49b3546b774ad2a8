import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogueRow, ItemClass, ItemGroup } from '@yijie/catalogue';
import { parseRegionCode, type RegionCode } from '@yijie/codes';
import { basisPoints } from '@yijie/money';
import { DATA_FOLDER } from './data-folder.ts';
import { day, feeCategory, oneOf, optional, required, tenThousandths } from './fields.ts';
import { mapRows, readTable } from './table.ts';

/** What kind of identifier a national code is (data/README.md). */
export const CODE_KINDS = ['service', 'drug', 'drug-catalogue-entry', 'consumable'] as const;
export type CodeKind = (typeof CODE_KINDS)[number];

/** A catalogue entry with what a person wants to know of it. */
export interface CatalogueEntry extends CatalogueRow {
  readonly name: string;
  readonly codeKind: CodeKind;
  /** Where class, ratio and limit come from; says so where they aren't public. */
  readonly classBasis: string;
  readonly ratioBasis: string;
  readonly limitBasis: string;
}

export const CATALOGUE_COLUMNS = [
  'national_code',
  'name',
  'code_kind',
  'item_class',
  'class_basis',
  'prepay_ratio_bp',
  'ratio_basis',
  'price_limit_yuan',
  'limit_basis',
  'category',
  'item_group',
  'valid_from',
  'valid_until',
] as const;

export const ITEM_CLASSES = ['A', 'B', 'C'] as const satisfies readonly ItemClass[];
const GROUPS = ['', 'TCM'] as const satisfies readonly ItemGroup[];

/** The treatment catalogue of a province: data/catalogue/<region>.csv. */
export function readCatalogue(region: string, folder = DATA_FOLDER): CatalogueEntry[] {
  const file = join(folder, 'catalogue', `${region}.csv`);
  return mapRows(file, readTable(file, CATALOGUE_COLUMNS), (row) => ({
    nationalCode: required(row.national_code, 'national_code'),
    name: required(row.name, 'name'),
    codeKind: oneOf(row.code_kind, CODE_KINDS, 'code_kind'),
    itemClass: oneOf(row.item_class, ITEM_CLASSES, 'item_class'),
    classBasis: required(row.class_basis, 'class_basis'),
    prepayRatio: basisPoints(Number(required(row.prepay_ratio_bp, 'prepay_ratio_bp'))),
    ratioBasis: required(row.ratio_basis, 'ratio_basis'),
    priceLimitE4:
      row.price_limit_yuan === '' ? undefined : tenThousandths(row.price_limit_yuan, 'price_limit_yuan'),
    limitBasis: required(row.limit_basis, 'limit_basis'),
    category: feeCategory(row.category),
    group: oneOf(row.item_group, GROUPS, 'item_group'),
    validFrom: day(row.valid_from, 'valid_from'),
    validUntil: optional(row.valid_until) === undefined ? undefined : day(row.valid_until, 'valid_until'),
  }));
}

/** The provinces that have a seed catalogue. */
export function catalogueRegions(folder = DATA_FOLDER): RegionCode[] {
  return readdirSync(join(folder, 'catalogue'))
    .map((name) => parseRegionCode(name.replace(/\.csv$/, '')))
    .filter((region) => region !== undefined)
    .sort();
}
