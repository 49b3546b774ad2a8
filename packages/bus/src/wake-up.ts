import type { Clock } from '@yijie/runtime';

/** Wakes one waiter; a call that comes while nobody waits is kept for the next one. */
export class WakeUp {
  #pending = false;
  #resolve: (() => void) | undefined;

  now(): void {
    this.#pending = true;
    this.#resolve?.();
  }

  /** Resolves at the next call of `now`, at once if there was one meanwhile, and after `ms` in any case. */
  async wait(clock: Clock, ms: number): Promise<void> {
    const waiting = new AbortController();
    if (!this.#pending) {
      const told = new Promise<void>((resolve) => {
        this.#resolve = resolve;
      });
      await Promise.race([told, clock.sleep(ms, waiting.signal).catch(() => {})]);
      waiting.abort();
      this.#resolve = undefined;
    }
    this.#pending = false;
  }
}
