export {
  ConfigError,
  type Environment,
  loadConfig,
  type SettingsSchema,
} from './config.ts';
export { describeConfig } from './config-description.ts';
export { idFromText, idToText } from './id-text.ts';
export { type Component, Lifecycle, type LifecycleOptions } from './lifecycle.ts';
export { loggableFields } from './loggable-fields.ts';
export { createLogger, type LoggerOptions, type LogLevel, type ServiceLogger } from './logger.ts';
export { maskPersonal } from './mask.ts';
export { type MetricSpec, metric } from './metric-names.ts';
export type { CounterChild, GaugeChild, HistogramChild } from './metric-series.ts';
export { Metrics, type MetricsOptions } from './metrics.ts';
export {
  createOperationsServer,
  type OperationsServer,
  type OperationsServerOptions,
  type ReadinessCheck,
} from './operations-server.ts';
export type { Clock, Ids, LogFields, Logger, Random } from './ports.ts';
export { runService } from './run-service.ts';
export { type SettingNotes, setting } from './setting.ts';
export { systemClock } from './system-clock.ts';
export { systemIds } from './system-ids.ts';
export { systemRandom } from './system-random.ts';
