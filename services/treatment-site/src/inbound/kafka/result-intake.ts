import type { Bus } from '@yijie/bus';
import { type Intake, resultTopic, startIntake } from '@yijie/exchange';
import type { Database } from '@yijie/postgres';
import { type Logger, type Metrics, metric } from '@yijie/runtime';
import type { RecordVerifier } from '@yijie/security';
import type { ResultStore } from '../../application/commands/store-results.ts';

/** Reads the answers of all home regions; the replicas of a province share the partitions. */
export function startResultIntake(options: {
  readonly bus: Bus;
  readonly database: Database;
  readonly verifier: RecordVerifier;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly province: string;
  readonly topicPrefix: string;
  readonly results: ResultStore;
}): Promise<Intake> {
  const { bus, database, verifier, logger, province, topicPrefix, results } = options;
  const topic = resultTopic(province, topicPrefix);
  const lagGauge = options.metrics.gauge(metric.consumerLag).labels(topic);
  const lags = new Map<number, number>();
  return startIntake({
    bus,
    database,
    verifier,
    logger,
    topics: [topic],
    groupId: `${topicPrefix}treatment-site-${province}`,
    handle: (batch) => results.handle(batch),
    onAssignment: (owned) => {
      const partitions = new Set(owned.get(topic) ?? []);
      for (const partition of lags.keys()) if (!partitions.has(partition)) lags.delete(partition);
    },
    onLag: (_topic, partition, lag) => {
      lags.set(partition, lag);
      lagGauge.set([...lags.values()].reduce((sum, each) => sum + each, 0));
    },
  });
}
