import { fileURLToPath } from 'node:url';
import { connectBus } from '@yijie/bus';
import { regionDirectory } from '@yijie/codes';
import { readRegions } from '@yijie/reference-data';
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
import { clearingSettings } from './config.ts';
import { loadClearingKeys } from './load-keys.ts';
import { composeClearing } from './start-clearing.ts';

const settings = loadConfig(clearingSettings);
const clock = systemClock();
const random = systemRandom();
const ids = systemIds(clock, random);
const metrics = new Metrics({ service: 'clearing' });
const logger = createLogger({
  level: settings.logLevel,
  service: 'clearing',
  onDropped: (field) => metrics.counter(metric.logFieldsDropped).labels(field).inc(),
});
const { agency, profile } = settings;

const tracing = createTracing({
  service: 'clearing',
  endpoint: settings.otlpEndpoint,
  sampleRatio: settings.traceShare / 1_000,
  random,
  logger,
});
const bus = await connectBus(settings, { clientId: `clearing-${agency}`, logger, clock });
const keys = await loadClearingKeys({
  folder: settings.keysFolder,
  agency,
  profile,
  clock,
  everyMs: settings.keysEveryMs,
});
const { lifecycle } = composeClearing(
  { ...settings, topicPrefix: settings.topicPrefix ?? '' },
  {
    databaseUrl: settings.databaseUrl,
    bus,
    clock,
    ids,
    logger,
    metrics,
    keys,
    regions: regionDirectory(readRegions(settings.dataFolder)),
    tracing,
    descriptorSet: fileURLToPath(import.meta.resolve('@yijie/contracts/descriptor.binpb')),
  },
);
if (tracing) lifecycle.add({ name: 'traces', stop: () => tracing.shutdown() });
await runService(lifecycle, logger);
