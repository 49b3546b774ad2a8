/**
 * The seams of every service: time, identity and chance come in from outside, so that the same code can run in a
 * simulation. A house rule (tests/house-rules) forbids Date, Math.random, timers and crypto.random* elsewhere.
 */

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Milliseconds that never go back, for measuring. */
  monotonic(): number;
  /** Resolves after `ms`, or rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls back after `ms`; the returned function cancels. Doesn't keep the process alive. */
  after(ms: number, callback: () => void): () => void;
}

export interface Ids {
  /** 16 bytes, rising with time (UUID version 7), for rows that are inserted in order. */
  next(): Uint8Array;
  /** 16 random bytes, for tokens that must not be guessed or dated. */
  opaque(): Uint8Array;
}

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
}

export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  child(fields: LogFields): Logger;
}

/** Ids, codes, counts and causes. Never a name, an identity number, a token of a person or a diagnosis. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined | Error>>;
