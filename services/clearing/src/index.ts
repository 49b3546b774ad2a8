export { type ClearingConfig, clearingDefaults } from './config.ts';
export { type ClearingKeys, loadClearingKeys, TOKEN_AUDIENCE } from './load-keys.ts';
export { clearingMigrations } from './repositories/migrations.ts';
export { type ClearingParts, type RunningService, startClearing } from './start-clearing.ts';
