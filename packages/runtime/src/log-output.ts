import { write, writeSync } from 'node:fs';

/** Lines that wait while nobody reads; beyond it, lines are lost and counted, since a service must not stop for its log. */
const waitingBytesMax = 16 * 1024 * 1024;
/** A pipe whose reader is slow says EAGAIN. */
const retryAfterMs = 10;

/**
 * Writes lines to a file descriptor behind the caller's back, in order: one write at a time, and what comes meanwhile
 * is the next one.
 */
export class LogOutput {
  readonly #fd: number;
  #waiting = '';
  #writing = false;
  #lost = 0;
  #whenWritten: (() => void)[] = [];

  constructor(fd: number) {
    this.#fd = fd;
  }

  write(line: string): void {
    if (this.#waiting.length + line.length > waitingBytesMax) {
      this.#lost += 1;
      return;
    }
    this.#waiting += line;
    if (!this.#writing) this.#writeNext();
  }

  flush(): Promise<void> {
    if (!this.#writing && this.#waiting === '') return Promise.resolve();
    return new Promise((resolve) => this.#whenWritten.push(resolve));
  }

  /** What is being written at this moment may arrive after it. */
  flushNow(): void {
    const bytes = Buffer.from(this.#take(), 'utf8');
    let written = 0;
    while (written < bytes.length) {
      try {
        written += writeSync(this.#fd, bytes, written);
      } catch (cause) {
        // A reader that doesn't take it now won't get it: the process is about to end.
        if ((cause as NodeJS.ErrnoException).code !== 'EINTR') return;
      }
    }
  }

  #take(): string {
    const lines = this.#lost === 0 ? this.#waiting : `${this.#waiting}${lostLine(this.#lost)}`;
    this.#waiting = '';
    this.#lost = 0;
    return lines;
  }

  #writeNext(): void {
    this.#writing = true;
    // Lines of one turn of the event loop leave together.
    setImmediate(() => this.#writeFrom(Buffer.from(this.#take(), 'utf8'), 0));
  }

  #writeFrom(bytes: Buffer, from: number): void {
    write(this.#fd, bytes, from, (cause, written) => {
      if (cause?.code === 'EAGAIN' || cause?.code === 'EINTR') {
        setTimeout(() => this.#writeFrom(bytes, from), retryAfterMs);
      } else if (cause === null && from + written < bytes.length) {
        this.#writeFrom(bytes, from + written);
      } else if (this.#waiting !== '') {
        // A closed reader (EPIPE) loses its lines; the service goes on.
        this.#writeNext();
      } else {
        this.#writing = false;
        for (const resolve of this.#whenWritten.splice(0)) resolve();
      }
    });
  }
}

const lostLine = (count: number): string =>
  `${JSON.stringify({ level: 'warn', event: 'log.lost', count })}\n`;
