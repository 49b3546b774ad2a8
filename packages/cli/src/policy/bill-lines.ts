import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const NEWLINE = 0x0a;
const CHUNK_BYTES = 1 << 20;

/** One line of a file, without its end; the bytes are only valid until the next line is asked for. */
export interface Line {
  readonly bytes: Buffer;
  start: number;
  end: number;
}

/** Reads a file line by line in chunks of fixed size, so that memory doesn't grow with the file. */
export class LineReader {
  readonly sizeBytes: number;
  readBytes = 0;
  readonly #file: number;
  #buffer: Buffer;
  #filled = 0;
  #next = 0;
  #isAtEnd = false;

  constructor(path: string, chunkBytes = CHUNK_BYTES) {
    this.#file = openSync(path, 'r');
    this.sizeBytes = fstatSync(this.#file).size;
    this.#buffer = Buffer.allocUnsafe(chunkBytes);
  }

  /** Moves `line` to the next line; false at the end of the file. */
  next(line: { bytes: Buffer; start: number; end: number }): boolean {
    for (;;) {
      const at = this.#buffer.indexOf(NEWLINE, this.#next);
      if (at >= 0 && at < this.#filled) return this.#give(line, at, at + 1);
      if (this.#isAtEnd) {
        if (this.#next >= this.#filled) return false;
        return this.#give(line, this.#filled, this.#filled);
      }
      this.#fill();
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  #give(line: { bytes: Buffer; start: number; end: number }, end: number, next: number): boolean {
    line.bytes = this.#buffer;
    line.start = this.#next;
    line.end = end;
    this.#next = next;
    return true;
  }

  #fill(): void {
    const left = this.#filled - this.#next;
    // A line longer than the chunk needs a larger one.
    const target = left === this.#buffer.length ? Buffer.allocUnsafe(this.#buffer.length * 2) : this.#buffer;
    this.#buffer.copy(target, 0, this.#next, this.#filled);
    this.#buffer = target;
    this.#next = 0;
    this.#filled = left;
    const read = readSync(this.#file, this.#buffer, left, this.#buffer.length - left, null);
    this.#filled += read;
    this.readBytes += read;
    if (read === 0) this.#isAtEnd = true;
  }
}
