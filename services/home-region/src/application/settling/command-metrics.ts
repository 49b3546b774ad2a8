import type { DeadLetterRow } from '@yijie/exchange';
import { type Metrics, metric } from '@yijie/runtime';
import type { Decision } from '../../core/settling/decide-commands.ts';

/** What operations see of the commands. */
export interface CommandMetrics {
  flushed(messages: number, elapsedMs: number): void;
  decided(decisions: readonly Decision[]): void;
  deadLetters(rows: readonly DeadLetterRow[]): void;
  invariantBroken(): void;
}

export function commandMetrics(metrics: Metrics): CommandMetrics {
  const batchSize = metrics.histogram(metric.flushBatchSize).labels('home-commands');
  const seconds = metrics.histogram(metric.flushSeconds).labels('home-commands');
  const refusals = metrics.counter(metric.refusals);
  const written = metrics.counter(metric.deadLettersWritten);
  const broken = metrics.counter(metric.invariantBroken);
  return {
    flushed(messages, elapsedMs) {
      batchSize.observe(messages);
      seconds.observe(elapsedMs / 1_000);
    },
    decided(decisions) {
      for (const { effect } of decisions)
        if (effect.kind === 'final' && effect.answer.kind === 'refused')
          refusals.labels(effect.answer.code).inc();
    },
    deadLetters(rows) {
      for (const row of rows) written.labels(row.topic, row.reasonCode).inc();
    },
    invariantBroken() {
      broken.labels('core').inc();
    },
  };
}
