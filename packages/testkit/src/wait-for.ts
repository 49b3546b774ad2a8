import { setTimeout as pause } from 'node:timers/promises';

export interface WaitOptions {
  /** How long at most. */
  readonly withinMs?: number;
  /** What is waited for, for the error message. */
  readonly what?: string;
}

type Falsy = false | 0 | '' | null | undefined;

/** Resolves with the first truthy answer of the condition; rejects after the deadline with its last error. */
export async function waitFor<Result>(
  condition: () => Result | Promise<Result>,
  { withinMs = 10_000, what = 'the condition' }: WaitOptions = {},
): Promise<Exclude<Result, Falsy>> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    let lastError: unknown;
    try {
      const result = await condition();
      if (result) return result as Exclude<Result, Falsy>;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() >= deadline) {
      throw new Error(`Waited ${withinMs} ms for ${what}, in vain.`, { cause: lastError });
    }
    await pause(10);
  }
}
