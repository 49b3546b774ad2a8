import type { ConnectionOptions } from 'node:tls';
import type { Clock, Logger } from '@yijie/runtime';

/** What both Kafka adapters take. */
export interface KafkaBusOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly ssl?: ConnectionOptions | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Bound of a publish, of joining a group and of making topics while the brokers are away. */
  readonly timeoutMs?: number | undefined;
  /** How long an idle fetch waits at the broker. */
  readonly fetchWaitMs?: number | undefined;
  /** After this time without a sign of life the group gives a member's partitions to others. */
  readonly sessionTimeoutMs?: number | undefined;
  /** Records that may wait to be published. */
  readonly waitingMax?: number | undefined;
  /** Copies of each partition; undefined takes the brokers' default. */
  readonly replicationFactor?: number | undefined;
}

export const kafkaDefaults = {
  timeoutMs: 30_000,
  fetchWaitMs: 250,
  // The shortest that brokers allow by default: a killed service's partitions wait this long for their next owner.
  sessionTimeoutMs: 6_000,
  waitingMax: 100_000,
} as const;

export const connectTimeoutMs = 3_000;
export const requestTimeoutMs = 10_000;
export const firstRetryMs = 100;
export const longestRetryMs = 1_000;

/** One retry a second once the pauses have grown; the clients count attempts, not time. */
export function retriesWithin(timeoutMs: number): number {
  return Math.ceil(timeoutMs / longestRetryMs) + 4;
}

/** Settings of every topic made here. */
export function topicSettings(
  retentionMs: number | undefined,
): { readonly name: string; readonly value: string }[] {
  return [
    // The broker's clock, not the sender's, is the third clock when an expiry is judged.
    { name: 'message.timestamp.type', value: 'LogAppendTime' },
    ...(retentionMs === undefined ? [] : [{ name: 'retention.ms', value: String(retentionMs) }]),
  ];
}
