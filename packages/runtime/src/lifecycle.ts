import type { Clock, Logger } from './ports.ts';

export interface Component {
  readonly name: string;
  start?(): Promise<void> | void;
  /** Finishes what was accepted, then ends. The signal fires when the time for stopping is over. */
  stop?(deadline: AbortSignal): Promise<void> | void;
}

export interface LifecycleOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  /** How long stopping may take in all. */
  readonly stopWithinMs: number;
}

/**
 * Starts the parts of a service in the order they were added and stops them in reverse, so that what takes work in
 * (added last) ends before what the work needs. Accepted work is finished: each part is stopped once the one after it
 * has ended, within one deadline for all.
 */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  readonly #components: Component[] = [];
  readonly #started: Component[] = [];
  #starting: Promise<void> | undefined;
  #stopping: Promise<boolean> | undefined;

  constructor(options: LifecycleOptions) {
    this.#options = options;
  }

  add(component: Component): this {
    this.#components.push(component);
    return this;
  }

  /** True from the moment that stopping began: readiness turns off first. */
  get isStopping(): boolean {
    return this.#stopping !== undefined;
  }

  /**
   * True when everything runs; false when it was stopped meanwhile. When one part can't start, those that did are
   * stopped, and the cause is thrown.
   */
  async start(): Promise<boolean> {
    const { logger, clock } = this.#options;
    for (const component of this.#components) {
      if (this.isStopping) return false;
      const began = clock.monotonic();
      try {
        this.#starting = this.#startOne(component);
        await this.#starting;
      } catch (cause) {
        this.#starting = undefined;
        await this.stop();
        throw new Error(`${component.name} can't start`, { cause });
      }
      logger.debug('component.started', {
        component: component.name,
        durationMs: Math.round(clock.monotonic() - began),
      });
    }
    if (this.isStopping) return false;
    logger.info('service.started', { count: this.#started.length });
    return true;
  }

  async #startOne(component: Component): Promise<void> {
    await component.start?.();
    this.#started.push(component);
  }

  /** True when every part ended by itself and in time. Asking again gives the same answer. */
  stop(): Promise<boolean> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<boolean> {
    const { logger, clock, stopWithinMs } = this.#options;
    const deadline = new AbortController();
    const reason = new Error(`stopping took longer than ${stopWithinMs} ms`);
    const cancel = clock.after(stopWithinMs, () => deadline.abort(reason));
    const expired = new Promise<never>((_, reject) => {
      deadline.signal.addEventListener('abort', () => reject(reason), { once: true });
    });
    // Without a part that waits for it, nobody else would take the rejection.
    expired.catch(() => undefined);

    let clean = true;
    // A part in the middle of its start is stopped with the others once it stands.
    await Promise.race([this.#starting, expired]).catch(() => undefined);
    for (let component = this.#started.pop(); component !== undefined; component = this.#started.pop()) {
      const began = clock.monotonic();
      try {
        // A part that ignores the signal must not hold up the others.
        await Promise.race([component.stop?.(deadline.signal), expired]);
        logger.debug('component.stopped', {
          component: component.name,
          durationMs: Math.round(clock.monotonic() - began),
        });
      } catch (cause) {
        clean = false;
        logger.error('component.stop-failed', {
          component: component.name,
          cause: cause instanceof Error ? cause : new Error(String(cause)),
        });
      }
    }
    cancel();
    logger.info('service.stopped', { outcome: clean ? 'clean' : 'incomplete' });
    return clean;
  }
}
