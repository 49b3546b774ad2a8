import { setTimeout as sleep } from 'node:timers/promises';
import { Latencies } from './latencies.ts';

/** One unit of work: a settlement, or a whole stay. False when it was not settled. */
export type Unit = () => Promise<boolean>;

export interface LoadResult {
  readonly perSecond: number;
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** How late the load itself was, ms (open loop): a driver that lags measures itself. */
  readonly lagP99Ms?: number;
}

export interface Window {
  /** Cut off at the beginning. */
  readonly rampMs: number;
  readonly measureMs: number;
  onStart?(): void;
  onEnd?(): void;
}

/** Each caller sends its next call when the last one is answered: what the system can do at most. */
export async function closedLoop(unit: Unit, callers: number, window: Window): Promise<LoadResult> {
  const meter = new Meter(window);
  const caller = async (): Promise<void> => {
    while (!meter.isOver()) {
      const began = performance.now();
      const settled = await unit();
      meter.done(began, settled);
    }
  };
  const clock = meter.run();
  await Promise.all(Array.from({ length: callers }, caller));
  await clock;
  return meter.result();
}

/** Calls start at a fixed rate whatever the answers do; latency counts from when a call was due. */
export async function openLoop(unit: Unit, perSecond: number, window: Window): Promise<LoadResult> {
  const meter = new Meter(window);
  const lag = new Latencies();
  const clock = meter.run();
  const began = performance.now();
  const running: Promise<void>[] = [];
  let sent = 0;
  while (!meter.isOver()) {
    const due = Math.floor(((performance.now() - began) / 1_000) * perSecond);
    for (; sent < due; sent += 1) {
      const dueAt = began + ((sent + 1) / perSecond) * 1_000;
      lag.add(performance.now() - dueAt);
      running.push(unit().then((settled) => meter.done(dueAt, settled)));
    }
    await sleep(2);
  }
  await Promise.all(running);
  await clock;
  return { ...meter.result(), lagP99Ms: lag.percentile(0.99) };
}

/** One after another: what a single desk sees. */
export async function inTurn(unit: Unit, count: number): Promise<Omit<LoadResult, 'perSecond'>> {
  const latencies = new Latencies();
  for (let index = 0; index < count; index += 1) {
    const began = performance.now();
    await unit();
    latencies.add(performance.now() - began);
  }
  return { count, p50Ms: latencies.percentile(0.5), p99Ms: latencies.percentile(0.99) };
}

class Meter {
  private readonly window: Window;
  private readonly latencies = new Latencies();
  private fromMs = Number.POSITIVE_INFINITY;
  private untilMs = Number.POSITIVE_INFINITY;
  private over = false;

  constructor(window: Window) {
    this.window = window;
  }

  async run(): Promise<void> {
    await sleep(this.window.rampMs);
    this.window.onStart?.();
    this.fromMs = performance.now();
    await sleep(this.window.measureMs);
    this.untilMs = performance.now();
    this.window.onEnd?.();
    this.over = true;
  }

  isOver(): boolean {
    return this.over;
  }

  done(began: number, settled: boolean): void {
    const now = performance.now();
    if (settled && now >= this.fromMs && now <= this.untilMs) this.latencies.add(now - began);
  }

  result(): LoadResult {
    const seconds = (this.untilMs - this.fromMs) / 1_000;
    const { latencies } = this;
    return {
      count: latencies.count,
      perSecond: latencies.count / seconds,
      p50Ms: latencies.percentile(0.5),
      p99Ms: latencies.percentile(0.99),
    };
  }
}
