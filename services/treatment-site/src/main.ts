import { fileURLToPath } from 'node:url';
import { connectBus } from '@yijie/bus';
import {
  createLogger,
  createTracing,
  loadConfig,
  Metrics,
  metric,
  runService,
  systemClock,
  systemIds,
  systemRandom,
} from '@yijie/runtime';
import { settlementDayOf, treatmentSiteDefaults, treatmentSiteSettings } from './config.ts';
import { loadTreatmentSiteKeys } from './load-keys.ts';
import { readInstitutions, readRegionNames } from './read-directory.ts';
import { composeTreatmentSite } from './start-treatment-site.ts';

const settings = loadConfig(treatmentSiteSettings);
const clock = systemClock();
const random = systemRandom();
const ids = systemIds(clock, random);
const metrics = new Metrics({ service: 'treatment-site' });
const logger = createLogger({
  level: settings.logLevel,
  service: 'treatment-site',
  onDropped: (field) => metrics.counter(metric.logFieldsDropped).labels(field).inc(),
});
const tracing = createTracing({
  service: 'treatment-site',
  endpoint: settings.otlpEndpoint,
  sampleRatio: settings.traceShare / 1_000,
  random,
  logger,
});
const bus = await connectBus(settings, { clientId: `treatment-site-${settings.province}`, logger, clock });
const keys = await loadTreatmentSiteKeys({
  folder: settings.keysFolder,
  province: settings.province,
  profile: settings.profile,
  clock,
  entropy: ids,
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
    databaseUrl: settings.databaseUrl,
    bus,
    clock,
    ids,
    random,
    logger,
    metrics,
    keys,
    dataFolder: settings.dataFolder,
    institutions: await readInstitutions(settings.institutionsFile),
    regionName: await readRegionNames(settings.dataFolder),
    redisUrl: settings.redisUrl,
    tracing,
    descriptorSet: fileURLToPath(import.meta.resolve('@yijie/contracts/descriptor.binpb')),
  },
);
if (tracing) lifecycle.add({ name: 'traces', stop: () => tracing.shutdown() });
await runService(lifecycle, logger);
