import { hash } from 'node:crypto';

/** Tells a repeated request from another one under the same key. */
export function bodyHash(bytes: Buffer): Buffer {
  return hash('sha256', bytes, 'buffer');
}
