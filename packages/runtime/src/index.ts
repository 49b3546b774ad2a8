export {
  ConfigError,
  type Environment,
  loadConfig,
  type SettingsSchema,
} from './config.ts';
export { describeConfig } from './config-description.ts';
export type { Admission, ArrivingCall, CallContext, Guard } from './grpc/call-context.ts';
export { defaultGrpcLimits, type GrpcLimits, grpcClientChannelOptions } from './grpc/channel-options.ts';
export type { Connection } from './grpc/connections.ts';
export { failureOf, statusOf } from './grpc/failure.ts';
export { createGrpcServer, type GrpcServer, type GrpcServerOptions } from './grpc/grpc-server.ts';
export {
  type DownloadService,
  downloadService,
  type ExchangeService,
  exchangeService,
  type Handler,
  type Handlers,
  type Messages,
  type MethodOptions,
  type UnaryService,
  type UploadService,
  unaryService,
  uploadService,
} from './grpc/method.ts';
export { failureFromError } from './grpc/status-details.ts';
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
export { fromTraceHeaders, traceHeaders, traceparentKey, validTraceparent } from './trace-headers.ts';
export { type CallSpan, createTracing, startSteps, type Tracing, type TracingOptions } from './tracing.ts';
