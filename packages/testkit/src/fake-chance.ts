import type { Ids, Random } from '@yijie/runtime';

/** The same numbers for the same seed (mulberry32), so that a failing run can be repeated. */
export class SeededRandom implements Random {
  #state: number;

  constructor(seed = 1) {
    this.#state = seed >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

/** 16 bytes that count up: readable in a failing test, rising as version 7 does, never twice in one run. */
export class CountingIds implements Ids {
  #count = 0n;
  readonly #origin: bigint;

  /** Two sources with different origins never give the same id. */
  constructor(origin = 0n) {
    this.#origin = origin;
  }

  next(): Uint8Array {
    return this.#id(0x7000n);
  }

  opaque(): Uint8Array {
    return this.#id(0x4000n);
  }

  #id(version: bigint): Uint8Array {
    const bytes = Buffer.alloc(16);
    bytes.writeBigUInt64BE((this.#origin << 16n) | version, 0);
    bytes.writeBigUInt64BE(0x8000_0000_0000_0000n | ++this.#count, 8);
    return bytes;
  }
}
