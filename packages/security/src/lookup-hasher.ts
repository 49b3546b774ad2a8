import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { CryptographyProfile } from './column-cipher.ts';
import { lookupKeyId, type SecretKey } from './key-store.ts';

/** A keyed hash with the version of its key: two columns, found by both. */
export interface LookupHash {
  readonly version: number;
  readonly hash: Buffer;
}

export interface LookupHasher {
  /** What new rows store. */
  hash(field: string, value: string): LookupHash;
  /** Under every key that is in force, newest first: what a search asks for while keys are being changed. */
  candidates(field: string, value: string): readonly LookupHash[];
}

/**
 * Finds an encrypted value again without decrypting the table. A plain hash of an identity number can be searched
 * back in seconds (35 million candidates a region), so the hash takes a key, and not the one that encrypts. The name of
 * the field is hashed in: equal values of two fields don't look alike.
 */
export function createLookupHasher(options: {
  readonly region: string;
  readonly profile: CryptographyProfile;
  readonly keys: readonly SecretKey[];
}): LookupHasher {
  const algorithm = options.profile === 'gm' ? 'sm3' : 'sha256';
  const prefix = lookupKeyId(options.region, 0).slice(0, -1);
  const versions = options.keys
    .filter((key) => key.keyId.startsWith(prefix))
    // Made ready once: a key given as bytes is made ready at each hash, at four times the cost.
    .map((key) => ({ version: Number(key.keyId.slice(prefix.length)), key: createSecretKey(key.bytes) }))
    .sort((a, b) => b.version - a.version);
  const [newest] = versions;
  if (newest === undefined) throw new Error(`no look-up key of region ${options.region}`);

  function hashUnder(
    { version, key }: { version: number; key: KeyObject },
    field: string,
    value: string,
  ): LookupHash {
    return { version, hash: createHmac(algorithm, key).update(`${field}\0${value}`, 'utf8').digest() };
  }

  return {
    hash: (field, value) => hashUnder(newest, field, value),
    candidates: (field, value) => versions.map((key) => hashUnder(key, field, value)),
  };
}
