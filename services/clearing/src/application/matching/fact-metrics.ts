import type { DeadLetterRow } from '@yijie/exchange';
import { type Metrics, metric } from '@yijie/runtime';
import type { ArrivalDecision } from '../../core/decide-arrivals.ts';

export interface FactMetrics {
  stored(decision: ArrivalDecision, dead: readonly DeadLetterRow[], cleared: number): void;
  flushed(facts: number, ms: number): void;
}

export function factMetrics(metrics: Metrics): FactMetrics {
  const facts = metrics.counter(metric.facts);
  const cleared = metrics.counter(metric.rowsCleared).labels();
  const letters = metrics.counter(metric.deadLettersWritten);
  const size = metrics.histogram(metric.flushBatchSize).labels('facts');
  const seconds = metrics.histogram(metric.flushSeconds).labels('facts');
  return {
    stored(decision, dead, clearedRows) {
      const { added, replaced, repeated, standings } = decision;
      facts.labels('taken').inc(added.length);
      facts.labels('replaced').inc(replaced.length);
      facts.labels('repeated').inc(repeated);
      facts.labels('refused').inc(dead.length);
      for (const state of ['MATCHED', 'DIFFERENT'] as const)
        facts
          .labels(state.toLowerCase())
          .inc(standings.filter((standing) => standing.state === state).length);
      cleared.inc(clearedRows);
      for (const { topic, reasonCode } of dead) letters.labels(topic, reasonCode).inc();
    },
    flushed(count, ms) {
      size.observe(count);
      seconds.observe(ms / 1_000);
    },
  };
}
