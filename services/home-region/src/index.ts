export { type HomeRegionConfig, homeRegionDefaults } from './config.ts';
export { type DemoMembers, loadDemoMembers, readDemoMembers } from './load-demo-members.ts';
export { type HomeRegionKeys, loadHomeRegionKeys, TOKEN_AUDIENCE } from './load-keys.ts';
export { homeMigrations } from './repositories/migrations.ts';
export {
  type HomeRegionParts,
  type RunningService,
  startHomeRegion,
} from './start-home-region.ts';
