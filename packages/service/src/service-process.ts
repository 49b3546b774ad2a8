import { fileURLToPath } from 'node:url';
import { type Bus, type BusSettings, connectBus } from '@yijie/bus';
import {
  type Clock,
  createLogger,
  createTracing,
  type Ids,
  type Lifecycle,
  Metrics,
  metric,
  type Random,
  runService,
  type ServiceLogger,
  systemClock,
  systemIds,
  systemRandom,
  type Tracing,
} from '@yijie/runtime';

/** What a process of its own gives a service to stand on: the real clock, chance, log, metrics, traces and bus. */
export interface ServiceProcess {
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly metrics: Metrics;
  readonly logger: ServiceLogger;
  readonly tracing: Tracing | undefined;
  readonly bus: Bus;
  /** Contract files for reflection. */
  readonly descriptorSet: string;
}

interface ProcessSettings extends BusSettings {
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly otlpEndpoint?: string | undefined;
  readonly traceShare: number;
}

export async function openProcess(
  service: string,
  owner: string,
  settings: ProcessSettings,
): Promise<ServiceProcess> {
  const clock = systemClock();
  const random = systemRandom();
  const ids = systemIds(clock, random);
  const metrics = new Metrics({ service });
  const logger = createLogger({
    level: settings.logLevel,
    service,
    onDropped: (field) => metrics.counter(metric.logFieldsDropped).labels(field).inc(),
  });
  const tracing = createTracing({
    service,
    endpoint: settings.otlpEndpoint,
    sampleRatio: settings.traceShare / 1_000,
    random,
    logger,
  });
  const bus = await connectBus(settings, { clientId: `${service}-${owner}`, logger, clock });
  const descriptorSet = fileURLToPath(import.meta.resolve('@yijie/contracts/descriptor.binpb'));
  return { clock, random, ids, metrics, logger, tracing, bus, descriptorSet };
}

/** Runs the service until it is told to stop; its traces are the last to go. */
export async function runProcess({ tracing, logger }: ServiceProcess, lifecycle: Lifecycle): Promise<void> {
  if (tracing) lifecycle.add({ name: 'traces', stop: () => tracing.shutdown() });
  await runService(lifecycle, logger);
}
