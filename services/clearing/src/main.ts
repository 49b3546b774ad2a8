import { regionDirectory } from '@yijie/codes';
import { readRegions } from '@yijie/reference-data';
import { loadConfig } from '@yijie/runtime';
import { openProcess, runProcess } from '@yijie/service';
import { clearingSettings } from './config.ts';
import { loadClearingKeys } from './load-keys.ts';
import { loadPartyKeys } from './signing/load-party-keys.ts';
import { composeClearing } from './start-clearing.ts';

const settings = loadConfig(clearingSettings);
const { agency, profile } = settings;

const process = await openProcess('clearing', agency, settings);
const keys = await loadClearingKeys({
  folder: settings.keysFolder,
  agency,
  profile,
  clock: process.clock,
  everyMs: settings.keysEveryMs,
});
const { lifecycle } = composeClearing(
  { ...settings, topicPrefix: settings.topicPrefix ?? '' },
  {
    ...process,
    databaseUrl: settings.databaseUrl,
    keys,
    partyKeys: await loadPartyKeys(settings.partyKeysFile),
    regions: regionDirectory(readRegions(settings.dataFolder)),
  },
);
await runProcess(process, lifecycle);
