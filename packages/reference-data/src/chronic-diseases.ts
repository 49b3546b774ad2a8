import { join } from 'node:path';
import { DATA_FOLDER } from './data-folder.ts';
import { optional, required } from './fields.ts';
import { mapRows, readTable } from './table.ts';

/** A disease of 门诊慢特病. */
export interface ChronicDisease {
  readonly code: string;
  readonly name: string;
  readonly parentCode: string | undefined;
  /** Opened for settlement across provinces, the month from which: "2022", "2024-12". */
  readonly crossProvinceFrom: string | undefined;
}

const COLUMNS = [
  'code',
  'name',
  'cross_province_batch',
  'batch_from',
  'source_kind',
  'code_basis',
  'parent_code',
] as const;

export function readChronicDiseases(folder = DATA_FOLDER): ChronicDisease[] {
  const file = join(folder, 'chronic_diseases.csv');
  return mapRows(file, readTable(file, COLUMNS), (row) => ({
    code: required(row.code, 'code'),
    name: required(row.name, 'name'),
    parentCode: optional(row.parent_code),
    crossProvinceFrom: optional(row.batch_from),
  }));
}
