import { loadConfig } from '@yijie/runtime';
import { openProcess, runProcess } from '@yijie/service';
import { settlementDayOf, treatmentSiteDefaults, treatmentSiteSettings } from './config.ts';
import { loadTreatmentSiteKeys } from './load-keys.ts';
import { readRegionNames } from './read-region-names.ts';
import { composeTreatmentSite } from './start-treatment-site.ts';

const settings = loadConfig(treatmentSiteSettings);
const { province, profile } = settings;

const process = await openProcess('treatment-site', province, settings);
const keys = await loadTreatmentSiteKeys({
  folder: settings.keysFolder,
  province,
  profile,
  clock: process.clock,
  entropy: process.ids,
  everyMs: settings.keysEveryMs,
});
const { lifecycle } = composeTreatmentSite(
  {
    ...treatmentSiteDefaults,
    ...settings,
    topicPrefix: settings.topicPrefix ?? '',
    settlementDay: settlementDayOf(settings),
  },
  {
    ...process,
    databaseUrl: settings.databaseUrl,
    keys,
    dataFolder: settings.dataFolder,
    referenceFolder: settings.referenceFolder,
    regionName: await readRegionNames(settings.dataFolder),
    redisUrl: settings.redisUrl,
  },
);
await runProcess(process, lifecycle);
