import type { Clock } from '@yijie/runtime';

interface Alarm {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is told to move. */
export class FakeClock implements Clock {
  #now: number;
  #elapsed = 0;
  #alarms: Alarm[] = [];

  /** `start`: an ISO instant or milliseconds since 1970. */
  constructor(start: string | number = '2025-06-02T01:00:00Z') {
    this.#now = typeof start === 'number' ? start : Date.parse(start);
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  /** Moves time forward; alarms ring in order, each at its own time, with the microtasks between them drained. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    for (let next = this.#due(end); next !== undefined; next = this.#due(end)) {
      this.#moveTo(Math.max(next.at, this.#elapsed));
      this.#alarms = this.#alarms.filter((alarm) => alarm !== next);
      next.callback();
      await drained();
    }
    this.#moveTo(end);
    await drained();
  }

  /** Steps the wall clock alone, as a correction of the system time does. */
  step(ms: number): void {
    this.#now += ms;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const cancel = this.after(ms, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      const abort = () => {
        cancel();
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  after(ms: number, callback: () => void): () => void {
    const alarm = { at: this.#elapsed + ms, callback };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((one) => one !== alarm);
    };
  }

  /** How many sleepers and alarms wait. */
  get waiting(): number {
    return this.#alarms.length;
  }

  #due(end: number): Alarm | undefined {
    let first: Alarm | undefined;
    for (const alarm of this.#alarms) {
      if (alarm.at <= end && (first === undefined || alarm.at < first.at)) first = alarm;
    }
    return first;
  }

  #moveTo(elapsed: number): void {
    this.#now += elapsed - this.#elapsed;
    this.#elapsed = elapsed;
  }
}

function drained(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
