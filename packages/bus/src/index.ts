export type {
  Bus,
  BusRecord,
  PublishRecord,
  ReceivedBatch,
  ReceivedRecord,
  SubscribeOptions,
  Subscription,
  TopicSpec,
} from './bus.ts';
export { BusError } from './bus-error.ts';
export { type BusSettings, connectBus } from './connect-bus.ts';
export type { KafkaBusOptions } from './kafka-options.ts';
export { createKafkajsBus } from './kafkajs/bus.ts';
export { partitionOf } from './partition.ts';
export { createPlatformaticBus } from './platformatic/bus.ts';
export { createPostgresBus, type PostgresBusOptions } from './postgres/bus.ts';
