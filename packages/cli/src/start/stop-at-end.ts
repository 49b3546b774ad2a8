import { Interrupted, type Interruption, listenForInterruption } from './interruption.ts';
import type { Progress } from './progress.ts';

export interface Run extends Pick<Interruption, 'wait' | 'check'> {
  /** Notes what is to be stopped at the end; a person who wanted to end meanwhile gets it stopped at once. */
  keep<Started extends { stop(): Promise<void> }>(started: Started): Started;
}

/** Does the work until it ends, fails or the person ends it; then stops what it started, the newest first. */
export async function stopAtEnd(progress: Progress, work: (run: Run) => Promise<void>): Promise<void> {
  const kept: { stop(): Promise<void> }[] = [];
  const interruption = listenForInterruption(() => progress.say('Stopping …'));
  const { wait, check } = interruption;
  try {
    await work({
      wait,
      check,
      keep(started) {
        kept.push(started);
        check();
        return started;
      },
    });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  } finally {
    for (const started of kept.reverse()) await started.stop();
    interruption.end();
  }
}
