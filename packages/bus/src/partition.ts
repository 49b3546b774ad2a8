/** The partition that a key chooses: Kafka's own rule (murmur2 of the UTF-8 bytes), the same on every adapter. */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key, 'utf8')) & 0x7fffffff) % partitions;
}

const seed = 0x9747b28c;
const m = 0x5bd1e995;

/** 32-bit MurmurHash2 as org.apache.kafka.common.utils.Utils has it; signed, as Java prints it. */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.length;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  const words = length >> 2;
  let hash = (seed ^ length) | 0;
  for (let word = 0; word < words; word++) {
    let k = Math.imul(view.getInt32(word * 4, true), m);
    k = Math.imul(k ^ (k >>> 24), m);
    hash = Math.imul(hash, m) ^ k;
  }
  const tail = words * 4;
  for (let at = length - 1; at >= tail; at--) {
    hash ^= view.getUint8(at) << (8 * (at - tail));
  }
  if (tail < length) hash = Math.imul(hash, m);
  hash = Math.imul(hash ^ (hash >>> 13), m);
  return hash ^ (hash >>> 15);
}
