export {
  type TreatmentSiteConfig,
  treatmentSiteDefaults,
  treatmentSiteSettings,
} from './config.ts';
export { loadTreatmentSiteKeys, type TreatmentSiteKeys } from './load-keys.ts';
export { readRegionNames } from './read-region-names.ts';
export { treatmentMigrations } from './repositories/migrations.ts';
export {
  type RunningService,
  startTreatmentSite,
  type TreatmentSiteParts,
} from './start-treatment-site.ts';
