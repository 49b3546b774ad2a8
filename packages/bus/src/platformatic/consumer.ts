import {
  type BaseOptions,
  type ClusterMetadata,
  Consumer,
  type GroupAssignment,
  type RecordsBatch,
} from '@platformatic/kafka';
import type { Clock, Logger } from '@yijie/runtime';
import type { ReceivedRecord, SubscribeOptions } from '../bus.ts';
import { BusError } from '../bus-error.ts';
import type { GroupClient, GroupEvents } from '../group-subscription.ts';
import { type FetchedPartition, type ReadPosition, ReadPositions } from '../read-positions.ts';
import { WakeUp } from '../wake-up.ts';

export interface PlatformaticConsumerSettings {
  readonly fetchWaitMs: number;
  readonly sessionTimeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>;

const partitionBytesMax = 1_048_576;
const fetchBytesMax = 10_485_760;
/** With nothing to read, the loop looks again after this time even if nobody woke it. */
const idleMs = 1_000;
const firstPauseMs = 50;
const longestPauseMs = 2_000;
const isControl = 0b10_0000;
const isLogAppendTime = 0b1000;

/** One fetch in flight per broker, for all partitions that it leads. */
export function openPlatformaticConsumer(
  base: BaseOptions,
  { fetchWaitMs, sessionTimeoutMs, clock, logger }: PlatformaticConsumerSettings,
  subscriber: SubscribeOptions,
  { lanes, onJoin, onLost }: GroupEvents,
): GroupClient {
  const { topics, groupId } = subscriber;
  const closing = new AbortController();
  const news = new WakeUp();
  const positions = new ReadPositions(() => news.now());
  const fetching = new Map<number, Promise<void>>();
  let failures = 0;

  const consumer = new Consumer({
    ...base,
    groupId,
    autocommit: false,
    minBytes: 1,
    maxWaitTime: fetchWaitMs,
    sessionTimeout: sessionTimeoutMs,
    rebalanceTimeout: sessionTimeoutMs,
    heartbeatInterval: Math.floor(sessionTimeoutMs / 10),
    // The loop below retries by itself, and a lost membership is replaced from outside.
    retries: 3,
  });
  consumer.on('error', (error) => onLost(error));
  consumer.on('consumer:heartbeat:stalled', ({ lastError }) =>
    onLost(lastError ?? new BusError(`${groupId} gets no answer to its heartbeats.`)),
  );
  consumer.on('consumer:group:join', ({ assignments }) => {
    const owned = ownedBy(assignments ?? []);
    positions.keepOnly(owned);
    onJoin(owned);
    news.now();
  });

  async function readLoop(): Promise<void> {
    while (!closing.signal.aborted) {
      const wanted = positions.wanted();
      if (wanted.length > 0) await startFetches(wanted);
      // A finished fetch, a seek or a resumed partition wakes the loop.
      await news.wait(clock, idleMs);
    }
    await Promise.all(fetching.values());
  }

  async function startFetches(wanted: readonly ReadPosition[]): Promise<void> {
    try {
      const metadata = await consumer.metadata({ topics: [...topics] });
      for (const [node, parts] of byLeader(metadata, wanted)) {
        if (fetching.has(node)) continue;
        const done = fetchFrom(node, parts, metadata).finally(() => {
          fetching.delete(node);
          news.now();
        });
        fetching.set(node, done);
      }
    } catch (error) {
      await pauseAfter(error);
    }
  }

  async function fetchFrom(
    node: number,
    wanted: readonly ReadPosition[],
    metadata: ClusterMetadata,
  ): Promise<void> {
    try {
      const response = await consumer.fetch({
        node,
        minBytes: 1,
        maxBytes: fetchBytesMax,
        maxWaitTime: fetchWaitMs,
        topics: wanted.map(({ topic, partition, offset }) => ({
          topicId: metadata.topics.get(topic)?.id ?? '',
          partitions: [
            {
              partition,
              fetchOffset: offset,
              partitionMaxBytes: partitionBytesMax,
              currentLeaderEpoch: -1,
              lastFetchedEpoch: -1,
            },
          ],
        })),
      });
      failures = 0;
      for (const part of partsOf(response, wanted, metadata)) positions.deliver(part, lanes);
    } catch (error) {
      if (isOutOfRange(error))
        for (const { topic, partition } of wanted) lanes.lane(topic, partition)?.beginAgain();
      await pauseAfter(error);
    }
  }

  async function pauseAfter(error: unknown): Promise<void> {
    if (closing.signal.aborted) return;
    const waitedMs = Math.min(longestPauseMs, firstPauseMs * 2 ** failures++);
    logger.debug('bus.read-failed', { group: groupId, waitedMs, cause: error as Error });
    await clock.sleep(waitedMs, closing.signal).catch(() => {});
  }

  let reading: Promise<void> = Promise.resolve();
  return {
    async start() {
      consumer.topics.trackAll(...topics);
      await consumer.joinGroup({});
      reading = readLoop();
    },
    source: (topic, partition) => positions.source(topic, partition),
    commit: (moved) =>
      consumer.commit({
        offsets: moved.map(({ topic, partition, offset }) => ({ topic, partition, offset, leaderEpoch: -1 })),
      }),
    async close() {
      closing.abort();
      news.now();
      await reading;
      await consumer.close(true);
    },
  };
}

function byLeader(
  metadata: ClusterMetadata,
  wanted: readonly ReadPosition[],
): ReadonlyMap<number, ReadPosition[]> {
  const nodes = new Map<number, ReadPosition[]>();
  for (const position of wanted) {
    const leader = metadata.topics.get(position.topic)?.partitions[position.partition]?.leader;
    if (leader === undefined || leader < 0) continue;
    const parts = nodes.get(leader) ?? [];
    nodes.set(leader, parts);
    parts.push(position);
  }
  return nodes;
}

function partsOf(
  response: FetchResponse,
  wanted: readonly ReadPosition[],
  metadata: ClusterMetadata,
): readonly FetchedPartition[] {
  return response.responses.flatMap(({ topicId, partitions }) =>
    partitions.flatMap(({ partitionIndex, highWatermark, records: batches }) => {
      const asked = wanted.find(
        ({ topic, partition }) => partition === partitionIndex && metadata.topics.get(topic)?.id === topicId,
      );
      const last = batches?.at(-1);
      if (asked === undefined || last === undefined) return [];
      return {
        topic: asked.topic,
        partition: asked.partition,
        readFrom: asked.offset,
        nextOffset: last.firstOffset + BigInt(last.lastOffsetDelta) + 1n,
        highWatermark,
        records: (batches ?? []).flatMap((batch) => recordsOf(batch, asked.offset)),
      };
    }),
  );
}

/** A batch is sent whole, also when only its end was asked for. */
function recordsOf(batch: RecordsBatch, from: bigint): ReceivedRecord[] {
  if ((batch.attributes & isControl) !== 0) return [];
  const appended = (batch.attributes & isLogAppendTime) !== 0 ? batch.maxTimestamp : undefined;
  const records: ReceivedRecord[] = [];
  for (const record of batch.records) {
    const offset = batch.firstOffset + BigInt(record.offsetDelta);
    if (offset < from) continue;
    const headers: Record<string, Uint8Array> = {};
    for (const [name, value] of record.headers)
      headers[name?.toString('utf8') ?? ''] = value ?? new Uint8Array();
    records.push({
      key: record.key?.toString('utf8') ?? '',
      value: record.value ?? new Uint8Array(),
      headers,
      offset,
      timestampMs: Number(appended ?? batch.firstTimestamp + record.timestampDelta),
    });
  }
  return records;
}

function ownedBy(assignments: readonly GroupAssignment[]): Map<string, readonly number[]> {
  return new Map(assignments.map(({ topic, partitions }) => [topic, [...partitions].sort((a, b) => a - b)]));
}

function isOutOfRange(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('apiId' in error && error.apiId === 'OFFSET_OUT_OF_RANGE') return true;
  return error instanceof AggregateError && error.errors.some(isOutOfRange);
}
