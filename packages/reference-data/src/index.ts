export { type AgencyContact, readAgencyContacts } from './agency-contacts.ts';
export { type PrintedLine, readBill } from './bills.ts';
export { type CatalogueEntry, type CodeKind, catalogueRegions, readCatalogue } from './catalogue.ts';
export { type ChronicDisease, readChronicDiseases } from './chronic-diseases.ts';
export { DATA_FOLDER } from './data-folder.ts';
export { type Hospital, readHospitals } from './hospitals.ts';
export { type Found, type MappingEntry, mappingInstitutions, readMappings } from './mappings.ts';
export { readRegions } from './regions.ts';
export { DataError } from './table.ts';
