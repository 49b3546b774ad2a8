import type { Ids } from '@yijie/runtime';

/** Secret bytes from the port: `opaque` gives 16 at a time that nobody can guess. */
export type Entropy = Pick<Ids, 'opaque'>;

export function secretBytes(entropy: Entropy, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 16) {
    bytes.set(entropy.opaque().subarray(0, Math.min(16, length - at)), at);
  }
  return bytes;
}
