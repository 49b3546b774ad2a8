import { provinceOf } from '@yijie/codes';
import { OutcomeState } from '@yijie/contracts/common';
import {
  type RefundResponse,
  ReversalResult,
  type ReverseResponse,
  type SettleResponse,
} from '@yijie/contracts/treatment';
import { type CounterChild, type Metrics, metric } from '@yijie/runtime';

/** What the treatment site counts of the flow, by home province. */
export interface FlowMetrics {
  settled(answer: SettleResponse, homePool: string, durationMs: number): void;
  refunded(answer: RefundResponse, homePool: string): void;
  reversed(answer: ReverseResponse, homePool: string): void;
  quoted(homePool: string, durationMs: number): void;
  /** A home region didn't answer in time. */
  unanswered(homePool: string): void;
  /** Refused here, before anything was written. */
  refused(code: string): void;
  linesStored(count: number): void;
  invariantBroken(invariant: string): void;
}

export function flowMetrics(metrics: Metrics): FlowMetrics {
  const settlements = children(metrics.counter(metric.settlements));
  const refunds = children(metrics.counter(metric.refunds));
  const reversals = children(metrics.counter(metric.reversals));
  const refusals = metrics.counter(metric.refusals);
  const settleSeconds = metrics.histogram(metric.settleSeconds);
  const quoteSeconds = metrics.histogram(metric.quoteSeconds);
  const unreachable = metrics.counter(metric.homeUnreachable);
  const lines = metrics.counter(metric.chargeLines).labels();
  const broken = metrics.counter(metric.invariantBroken);

  function count(
    of: (outcome: string, province: string) => CounterChild,
    answer: { outcome: SettleResponse['outcome'] },
    homePool: string,
  ): void {
    const state = STATES[answer.outcome?.state ?? OutcomeState.UNSPECIFIED];
    of(state, province(homePool)).inc();
    if (answer.outcome?.failure) refusals.labels(answer.outcome.failure.code).inc();
    if (state === 'PENDING') unreachable.labels(province(homePool)).inc();
  }

  return {
    settled(answer, homePool, durationMs) {
      count(settlements, answer, homePool);
      settleSeconds.labels(province(homePool)).observe(durationMs / 1_000);
    },
    refunded: (answer, homePool) => count(refunds, answer, homePool),
    reversed(answer, homePool) {
      const result =
        answer.outcome?.state === OutcomeState.SETTLED
          ? REVERSALS[answer.result]
          : STATES[answer.outcome?.state ?? OutcomeState.UNSPECIFIED];
      reversals(result, province(homePool)).inc();
      if (answer.outcome?.failure) refusals.labels(answer.outcome.failure.code).inc();
    },
    quoted: (homePool, durationMs) => quoteSeconds.labels(province(homePool)).observe(durationMs / 1_000),
    unanswered: (homePool) => unreachable.labels(province(homePool)).inc(),
    refused: (code) => refusals.labels(code).inc(),
    linesStored: (count) => lines.inc(count),
    invariantBroken: (invariant) => broken.labels(invariant).inc(),
  };
}

const STATES: Readonly<Record<OutcomeState, string>> = {
  [OutcomeState.UNSPECIFIED]: 'UNSPECIFIED',
  [OutcomeState.SETTLED]: 'SETTLED',
  [OutcomeState.REFUSED]: 'REFUSED',
  [OutcomeState.PENDING]: 'PENDING',
};

const REVERSALS: Readonly<Record<ReversalResult, string>> = {
  [ReversalResult.UNSPECIFIED]: 'UNSPECIFIED',
  [ReversalResult.ROLLED_BACK]: 'ROLLED_BACK',
  [ReversalResult.NOTHING_TO_UNDO]: 'NOTHING_TO_UNDO',
  [ReversalResult.HAD_SETTLED]: 'HAD_SETTLED',
};

/** Empty for a tombstone: nobody knows whose message it was. */
function province(homePool: string): string {
  return homePool === '' ? '' : provinceOf(homePool);
}

/** Label values are looked up once and kept at hand. */
function children(counter: {
  labels(outcome: string, province: string): CounterChild;
}): (outcome: string, province: string) => CounterChild {
  const known = new Map<string, CounterChild>();
  return (outcome, homeProvince) => {
    const key = `${outcome} ${homeProvince}`;
    let child = known.get(key);
    if (child === undefined) {
      child = counter.labels(outcome, homeProvince);
      known.set(key, child);
    }
    return child;
  };
}
