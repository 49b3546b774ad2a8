import { loadConfig } from '@yijie/runtime';
import { openProcess, runProcess } from '@yijie/service';
import { homeRegionSettings } from './config.ts';
import { readDemoMembers } from './load-demo-members.ts';
import { loadHomeRegionKeys } from './load-keys.ts';
import { readHomeServices } from './read-home-services.ts';
import { composeHomeRegion } from './start-home-region.ts';

const settings = loadConfig(homeRegionSettings);
const { province, profile } = settings;
if (settings.demoMembers !== undefined && profile !== 'development')
  throw new Error('invented members are for the development profile: leave YIJIE_DEMO_MEMBERS out');

const process = await openProcess('home-region', province, settings);
const keys = await loadHomeRegionKeys({
  folder: settings.keysFolder,
  province,
  profile,
  clock: process.clock,
  entropy: process.ids,
  everyMs: settings.keysEveryMs,
});
const { lifecycle } = await composeHomeRegion(
  { ...settings, topicPrefix: settings.topicPrefix ?? '' },
  {
    ...process,
    databaseUrl: settings.databaseUrl,
    keys,
    packsFolder: settings.packsFolder,
    services: await readHomeServices(settings.servicesFile),
    filingParametersFile: settings.filingParametersFile,
    demoMembers: settings.demoMembers === undefined ? undefined : await readDemoMembers(settings.demoMembers),
  },
);
await runProcess(process, lifecycle);
