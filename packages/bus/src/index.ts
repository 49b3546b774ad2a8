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
export { createKafkajsBus, type KafkaBusOptions } from './kafkajs/bus.ts';
export { partitionOf } from './partition.ts';
export { createPostgresBus, type PostgresBusOptions } from './postgres/bus.ts';
