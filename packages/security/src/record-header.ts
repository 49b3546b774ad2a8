import { DIGEST_BYTES, type Digest, digestOf, LEAF_PREFIX } from './merkle.ts';
import { KEY_ID_BYTES } from './signing-key.ts';

/**
 * The header `yijie-sig` of a record, version 1:
 *
 * | offset | bytes  | field                                                     |
 * |--------|--------|-----------------------------------------------------------|
 * | 0      | 1      | version, 1                                                |
 * | 1      | 8      | key id                                                    |
 * | 9      | 64     | Ed25519 signature over the signed statement below         |
 * | 73     | 2      | number of records in the batch, 1 to 65,535, big-endian   |
 * | 75     | 2      | this record's place in the batch, from 0, big-endian      |
 * | 77     | 32 × k | neighbours on the way to the root, nearest the leaf first |
 *
 * Signed statement: "yijie.records.v1\0", province (6 digits), count (2 bytes), root (32 bytes).
 * Leaf: SHA-256(0x00, length of topic (2), topic, length of key (2), key, value). Node: SHA-256(0x01, left, right).
 * Topic and key are in the leaf so that a signed record can't be replayed on another topic or for another person.
 */
export const RECORD_SIGNATURE_HEADER = 'yijie-sig';

export const HEADER_VERSION = 1;
export const BATCH_RECORDS_MAX = 65_535;
export const SIGNATURE_BYTES = 64;

export const KEY_ID_AT = 1;
export const SIGNATURE_AT = KEY_ID_AT + KEY_ID_BYTES;
export const COUNT_AT = SIGNATURE_AT + SIGNATURE_BYTES;
export const INDEX_AT = COUNT_AT + 2;
export const PATH_AT = INDEX_AT + 2;

export interface SignableRecord {
  readonly topic: string;
  readonly key: string;
  readonly value: Uint8Array;
}

const scratch = Buffer.alloc(16_384);
scratch[0] = LEAF_PREFIX;

export function recordLeaf(record: SignableRecord): Digest {
  const { topic, key, value } = record;
  // UTF-8 takes at most three bytes for each UTF-16 unit.
  const bytesMax = 5 + 3 * (topic.length + key.length) + value.length;
  const target = bytesMax <= scratch.length ? scratch : Buffer.alloc(bytesMax);
  const keyLengthAt = 3 + target.write(topic, 3);
  target.writeUInt16BE(keyLengthAt - 3, 1);
  const keyBytes = target.write(key, keyLengthAt + 2);
  target.writeUInt16BE(keyBytes, keyLengthAt);
  const valueAt = keyLengthAt + 2 + keyBytes;
  target.set(value, valueAt);
  return digestOf(target.subarray(0, valueAt + value.length));
}

const DOMAIN = Buffer.from('yijie.records.v1\0', 'latin1');
const PROVINCE_BYTES = 6;

export function signedStatement(province: string, count: number, root: Digest): Buffer {
  const statement = Buffer.alloc(DOMAIN.length + PROVINCE_BYTES + 2 + DIGEST_BYTES);
  DOMAIN.copy(statement);
  statement.write(province, DOMAIN.length, PROVINCE_BYTES, 'latin1');
  statement.writeUInt16BE(count, DOMAIN.length + PROVINCE_BYTES);
  statement.write(root, DOMAIN.length + PROVINCE_BYTES + 2, DIGEST_BYTES, 'latin1');
  return statement;
}
