import { type Clock, type Metrics, metric } from '@yijie/runtime';

/** Size and duration of the batches of one stage. */
export interface FlushMetrics {
  timed<Result>(size: number, flush: () => Promise<Result>): Promise<Result>;
}

export function flushMetrics(metrics: Metrics, clock: Clock, stage: string): FlushMetrics {
  const sizes = metrics.histogram(metric.flushBatchSize).labels(stage);
  const seconds = metrics.histogram(metric.flushSeconds).labels(stage);
  return {
    async timed(size, flush) {
      const start = clock.monotonic();
      try {
        return await flush();
      } finally {
        sizes.observe(size);
        seconds.observe((clock.monotonic() - start) / 1_000);
      }
    },
  };
}
