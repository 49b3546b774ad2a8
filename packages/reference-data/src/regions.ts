import { join } from 'node:path';
import { parseRegionCode, type Region } from '@yijie/codes';
import { DATA_FOLDER } from './data-folder.ts';
import { required } from './fields.ts';
import { DataError, mapRows, readTable } from './table.ts';

const COLUMNS = [
  'code',
  'name',
  'level',
  'province_code',
  'province_name',
  'parent_code',
  'admin_type',
  'in_gbt2260',
  'in_pooling_list',
  'pooling_list_name',
  'note',
] as const;

/** Listed for grouping, or dissolved but still in the list of 2022: no pools. */
const NO_POOL_LEVELS: ReadonlySet<string> = new Set(['prefecture_aggregate', 'obsolete_prefecture']);

/** Divisions and pools: data/regions.csv. */
export function readRegions(folder = DATA_FOLDER): Region[] {
  const file = join(folder, 'regions.csv');
  return mapRows(file, readTable(file, COLUMNS), (row) => {
    const code = parseRegionCode(row.code);
    if (code === undefined) throw new DataError(`no region code: ${row.code}`);
    // The list's provinces are headings, but for the municipalities, which are pools.
    const isHeading = row.level === 'province' && row.admin_type !== 'municipality';
    return {
      code,
      name: required(row.name, 'name'),
      provinceName: required(row.province_name, 'province_name'),
      isPool: row.in_pooling_list === 'Y' && !isHeading && !NO_POOL_LEVELS.has(row.level),
    };
  });
}
