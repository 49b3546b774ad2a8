import type { Clock } from './ports.ts';

/** Node's timers fire at once past this bound (2^31 − 1 ms, 24.8 days), which would turn a long wait into none. */
const longestTimerMs = 2_147_483_647;

/** The time of this machine. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep,
    after,
  };
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  checkDelay(ms);
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

function after(ms: number, callback: () => void): () => void {
  checkDelay(ms);
  const timer = setTimeout(callback, ms);
  timer.unref();
  return () => clearTimeout(timer);
}

function checkDelay(ms: number): void {
  if (!(ms >= 0 && ms <= longestTimerMs)) {
    throw new RangeError(`a delay of ${ms} ms is outside 0 … ${longestTimerMs}`);
  }
}
