import type { Clock } from '../ports.ts';

/** So many lines a second, then silence with a count. */
export class LineLimit {
  readonly #clock: Clock;
  readonly #perSecond: number;
  #second = -1;
  #lines = 0;
  #suppressed = 0;

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
  }

  /** How many lines were left out since the last one written, or undefined when this one is left out, too. */
  take(): number | undefined {
    const second = Math.floor(this.#clock.monotonic() / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#lines = 0;
    }
    this.#lines += 1;
    if (this.#lines > this.#perSecond) {
      this.#suppressed += 1;
      return undefined;
    }
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    return suppressed;
  }
}
