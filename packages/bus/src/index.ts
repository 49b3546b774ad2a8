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
