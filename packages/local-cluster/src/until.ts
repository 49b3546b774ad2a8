import { setTimeout as pause } from 'node:timers/promises';

/** Asks again every 50 ms until the probe succeeds; rejects with its last error after `withinMs`. */
export async function until<Result>(probe: () => Promise<Result>, withinMs: number): Promise<Result> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return await probe();
    } catch (error) {
      if (performance.now() >= deadline) throw error;
      await pause(50);
    }
  }
}
