import { hash } from 'node:crypto';

/**
 * Merkle trees over SHA-256, shared by record signatures and the audit chain. Leaves and inner nodes are hashed under
 * different first bytes, so that a node can't be passed off as a leaf; a node without a neighbour moves up unchanged
 * (the shape of RFC 6962). Digests are strings of 32 Latin-1 characters: in Node they cost a third of a Buffer each.
 */
export type Digest = string;

export const DIGEST_BYTES = 32;
export const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;

/** All levels, leaves first; the last one holds the root alone. At least one leaf. */
export function merkleLevels(leaves: readonly Digest[]): readonly (readonly Digest[])[] {
  if (leaves.length === 0) throw new Error('a Merkle tree needs at least one leaf');
  const levels: (readonly Digest[])[] = [leaves];
  let level = leaves;
  while (level.length > 1) {
    const above: Digest[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const left = level[index] as Digest;
      const right = level[index + 1];
      above.push(right === undefined ? left : nodeDigest(left, right));
    }
    levels.push(above);
    level = above;
  }
  return levels;
}

export function merkleRoot(leaves: readonly Digest[]): Digest {
  const levels = merkleLevels(leaves);
  return levels[levels.length - 1]?.[0] as Digest;
}

/** How many neighbours the path from leaf `index` to the root of a tree of `count` leaves has. */
export function pathLength(index: number, count: number): number {
  let length = 0;
  for (let at = index, width = count; width > 1; at >>= 1, width = (width + 1) >> 1) {
    if ((at ^ 1) < width) length += 1;
  }
  return length;
}

const pair = Buffer.alloc(1 + 2 * DIGEST_BYTES);
pair[0] = NODE_PREFIX;

export function nodeDigest(left: Digest, right: Digest): Digest {
  pair.write(left, 1, DIGEST_BYTES, 'latin1');
  pair.write(right, 1 + DIGEST_BYTES, DIGEST_BYTES, 'latin1');
  return digestOf(pair);
}

export function digestOf(bytes: Uint8Array): Digest {
  return hash('sha256', bytes, 'binary');
}

export function digestBytes(digest: Digest): Buffer {
  return Buffer.from(digest, 'latin1');
}
