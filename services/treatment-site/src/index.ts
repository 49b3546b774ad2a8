export {
  type TreatmentSiteConfig,
  treatmentSiteDefaults,
  treatmentSiteSettings,
} from './config.ts';
export type { Institution } from './core/institution.ts';
export { loadTreatmentSiteKeys, type TreatmentSiteKeys } from './load-keys.ts';
export { readInstitutions, readRegionNames } from './read-directory.ts';
export { treatmentMigrations } from './repositories/migrations.ts';
export {
  type RunningService,
  startTreatmentSite,
  type TreatmentSiteParts,
} from './start-treatment-site.ts';
