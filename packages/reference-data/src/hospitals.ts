import { join } from 'node:path';
import type { HospitalLevel } from '@yijie/codes';
import { DATA_FOLDER } from './data-folder.ts';
import { optional, required } from './fields.ts';
import { mapRows, readTable } from './table.ts';

/** A hospital as data/hospitals.csv has it; what its sources don't say is absent. */
export interface Hospital {
  /** National code of the institution (定点医疗机构代码). */
  readonly institutionCode: string | undefined;
  readonly name: string;
  readonly regionCode: string;
  readonly level: HospitalLevel | undefined;
  /** 三级甲等 … as printed. */
  readonly grade: string | undefined;
}

const COLUMNS = [
  'institution_code',
  'name',
  'region_code',
  'region_name',
  'district',
  'level',
  'hosp_lv',
  'level_basis',
  'code_basis',
  'address',
  'src',
] as const;

const LEVELS: Readonly<Record<string, HospitalLevel>> = { 三: 'L3', 二: 'L2', 一: 'L1' };

export function readHospitals(folder = DATA_FOLDER): Hospital[] {
  const file = join(folder, 'hospitals.csv');
  return mapRows(file, readTable(file, COLUMNS), (row) => ({
    institutionCode: optional(row.institution_code),
    name: required(row.name, 'name'),
    regionCode: required(row.region_code, 'region_code'),
    level: LEVELS[row.level.charAt(0)],
    grade: optional(row.level),
  }));
}
