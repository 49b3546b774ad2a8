export { type PrintedLine, readBill } from './bills.ts';
export { type CatalogueEntry, type CodeKind, catalogueRegions, readCatalogue } from './catalogue.ts';
export { DATA_FOLDER } from './data-folder.ts';
export { type Found, type MappingEntry, mappingInstitutions, readMappings } from './mappings.ts';
export { DataError } from './table.ts';
