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
import { homeRegionSettings } from './config.ts';
import { readDemoMembers } from './load-demo-members.ts';
import { loadHomeRegionKeys } from './load-keys.ts';
import { readHomeServices } from './read-home-services.ts';
import { composeHomeRegion } from './start-home-region.ts';

const settings = loadConfig(homeRegionSettings);
const clock = systemClock();
const random = systemRandom();
const ids = systemIds(clock, random);
const metrics = new Metrics({ service: 'home-region' });
const logger = createLogger({
  level: settings.logLevel,
  service: 'home-region',
  onDropped: (field) => metrics.counter(metric.logFieldsDropped).labels(field).inc(),
});
const { province, profile } = settings;

const tracing = createTracing({
  service: 'home-region',
  endpoint: settings.otlpEndpoint,
  sampleRatio: settings.traceShare / 1_000,
  random,
  logger,
});
const bus = await connectBus(settings, { clientId: `home-region-${settings.province}`, logger, clock });
const keys = await loadHomeRegionKeys({
  folder: settings.keysFolder,
  province,
  profile,
  clock,
  entropy: ids,
  everyMs: settings.keysEveryMs,
});
if (settings.demoMembers !== undefined && profile !== 'development')
  throw new Error('invented members are for the development profile: leave YIJIE_DEMO_MEMBERS out');
const demoMembers =
  settings.demoMembers === undefined ? undefined : await readDemoMembers(settings.demoMembers);
const { lifecycle } = await composeHomeRegion(
  { ...settings, topicPrefix: settings.topicPrefix ?? '' },
  {
    databaseUrl: settings.databaseUrl,
    bus,
    clock,
    ids,
    random,
    logger,
    metrics,
    keys,
    packsFolder: settings.packsFolder,
    services: await readHomeServices(settings.servicesFile),
    filingParametersFile: settings.filingParametersFile,
    tracing,
    descriptorSet: fileURLToPath(import.meta.resolve('@yijie/contracts/descriptor.binpb')),
    demoMembers,
  },
);
if (tracing) lifecycle.add({ name: 'traces', stop: () => tracing.shutdown() });
await runService(lifecycle, logger);
