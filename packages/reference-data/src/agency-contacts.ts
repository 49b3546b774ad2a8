import { join } from 'node:path';
import { DATA_FOLDER } from './data-folder.ts';
import { optional, required } from './fields.ts';
import { mapRows, readTable } from './table.ts';

/** An agency's office (经办机构). */
export interface AgencyContact {
  readonly regionCode: string | undefined;
  readonly regionName: string;
  readonly office: string;
  readonly service: string;
  readonly address: string | undefined;
  readonly phone: string | undefined;
}

const COLUMNS = [
  'region_code',
  'region_name',
  'office',
  'service',
  'address',
  'phone',
  'phone_note',
  'src',
] as const;

export function readAgencyContacts(folder = DATA_FOLDER): AgencyContact[] {
  const file = join(folder, 'agency_contacts.csv');
  return mapRows(file, readTable(file, COLUMNS), (row) => ({
    regionCode: optional(row.region_code),
    regionName: required(row.region_name, 'region_name'),
    office: required(row.office, 'office'),
    service: required(row.service, 'service'),
    address: optional(row.address),
    phone: optional(row.phone),
  }));
}
