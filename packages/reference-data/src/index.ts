export { type AgencyContact, readAgencyContacts } from './agency-contacts.ts';
export { type PrintedLine, readBill } from './bills.ts';
export { type CatalogueEntry, type CodeKind, catalogueRegions, readCatalogue } from './catalogue.ts';
export { type ChronicDisease, readChronicDiseases } from './chronic-diseases.ts';
export { DATA_FOLDER } from './data-folder.ts';
export { type Hospital, readHospitals } from './hospitals.ts';
export { type Found, type MappingEntry, mappingInstitutions, readMappings } from './mappings.ts';
export {
  compareTable,
  type ReferenceChange,
  type TableDifference,
} from './reference/difference.ts';
export type { ReferenceFile } from './reference/manifest.ts';
export type { ReferenceProblem } from './reference/problem.ts';
export { readReferenceFolder } from './reference/read-folder.ts';
export {
  type KnownKeys,
  type ReferenceRow,
  type ReferenceVersion,
  readReferenceVersion,
} from './reference/read-version.ts';
export { REFERENCE_TABLES, type ReferenceTable } from './reference/tables.ts';
export { readRegions } from './regions.ts';
export { DataError } from './table.ts';
