export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded-postgres.ts';
export { kafkaVersionShipped } from './kafka-jars.ts';
export { type NativeKafkaOptions, startNativeKafka } from './native-kafka.ts';
export { startNativeRedis } from './native-redis.ts';
export { type Part, PartError, type Provider, type StartOptions, type TlsFiles } from './part.ts';
export { claimPort, freePort, isPortFree } from './ports.ts';
export {
  cacheDir,
  type ProvideKafkaOptions,
  type ProvideOptions,
  partVariables,
  provideKafka,
  providePostgres,
  provideRedis,
} from './providers.ts';
export { until } from './until.ts';
