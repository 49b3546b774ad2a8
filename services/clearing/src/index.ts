export { openDesk } from './application/open-desk.ts';
export { cutRun } from './application/runs/cut-run.ts';
export { generateRuns } from './application/runs/generate-runs.ts';
export { type ClearingConfig, clearingDefaults } from './config.ts';
export { type ClearingKeys, loadClearingKeys, TOKEN_AUDIENCE } from './load-keys.ts';
export { clearingMigrations } from './repositories/migrations.ts';
export { forEachDetailBatch } from './repositories/runs/run-detail.ts';
export { createSm2Signer } from './signing/sm2-signer.ts';
export { type ClearingParts, type RunningService, startClearing } from './start-clearing.ts';
