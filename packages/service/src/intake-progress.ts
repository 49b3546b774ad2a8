import { type Clock, type Metrics, metric } from '@yijie/runtime';

/** Watches whether a topic is read on: how far reading is behind, and for how long nothing has moved. */
export interface IntakeProgress {
  /** Wraps the handling of a batch. */
  handling<Result>(topic: string, work: () => Promise<Result>): Promise<Result>;
  lag(topic: string, partition: number, records: number): void;
}

interface TopicProgress {
  readonly lags: Map<number, number>;
  /** Since when records wait without any being handled; undefined when none wait. */
  waitingSinceMs: number | undefined;
}

export function createIntakeProgress(metrics: Metrics, clock: Clock): IntakeProgress {
  const topics = new Map<string, TopicProgress>();
  const lagGauge = metrics.gauge(metric.consumerLag);
  const stuckGauge = metrics.gauge(metric.consumerStuckSeconds);
  stuckGauge.onScrape(() => {
    const nowMs = clock.monotonic();
    for (const [topic, { waitingSinceMs }] of topics)
      stuckGauge.labels(topic).set(waitingSinceMs === undefined ? 0 : (nowMs - waitingSinceMs) / 1_000);
  });

  function of(topic: string): TopicProgress {
    const known = topics.get(topic) ?? { lags: new Map(), waitingSinceMs: undefined };
    topics.set(topic, known);
    return known;
  }

  return {
    async handling(topic, work) {
      const progress = of(topic);
      progress.waitingSinceMs ??= clock.monotonic();
      const result = await work();
      progress.waitingSinceMs = totalOf(progress.lags) > 0 ? clock.monotonic() : undefined;
      return result;
    },
    lag(topic, partition, records) {
      const progress = of(topic);
      progress.lags.set(partition, records);
      const total = totalOf(progress.lags);
      lagGauge.labels(topic).set(total);
      if (total === 0) progress.waitingSinceMs = undefined;
    },
  };
}

function totalOf(lags: ReadonlyMap<number, number>): number {
  let total = 0;
  for (const lag of lags.values()) total += lag;
  return total;
}
