import { sign } from 'node:crypto';
import { DIGEST_BYTES, type Digest, merkleLevels, pathLength } from './merkle.ts';
import {
  BATCH_RECORDS_MAX,
  COUNT_AT,
  HEADER_VERSION,
  INDEX_AT,
  KEY_ID_AT,
  PATH_AT,
  recordLeaf,
  SIGNATURE_AT,
  type SignableRecord,
  signedStatement,
} from './record-header.ts';
import type { SigningKey } from './signing-key.ts';

export interface RecordSigner {
  readonly province: string;
  /** One header for each record, in order: one signature for the whole batch. */
  sign(records: readonly SignableRecord[]): Buffer[];
}

/**
 * Signs what a region sends to another. Kafka's access lists authenticate a connection, not a record: all treatment
 * provinces write to one topic of a home province, so each record has to carry its region's own signature.
 */
export function createRecordSigner(key: SigningKey): RecordSigner {
  return {
    province: key.province,
    sign(records) {
      if (records.length === 0) return [];
      if (records.length > BATCH_RECORDS_MAX)
        throw new Error(`at most ${BATCH_RECORDS_MAX} records a batch, got ${records.length}`);
      const levels = merkleLevels(records.map(recordLeaf));
      const root = levels[levels.length - 1]?.[0] as Digest;
      const statement = signedStatement(key.province, records.length, root);
      const shared = sharedPart(key.keyId, sign(null, statement, key.privateKey), records.length);
      return records.map((_, index) => headerOf(shared, index, levels));
    },
  };
}

function sharedPart(keyId: Buffer, signature: Buffer, count: number): Buffer {
  const shared = Buffer.alloc(INDEX_AT);
  shared[0] = HEADER_VERSION;
  keyId.copy(shared, KEY_ID_AT);
  signature.copy(shared, SIGNATURE_AT);
  shared.writeUInt16BE(count, COUNT_AT);
  return shared;
}

function headerOf(shared: Buffer, index: number, levels: readonly (readonly Digest[])[]): Buffer {
  const count = levels[0]?.length ?? 0;
  const header = Buffer.allocUnsafe(PATH_AT + DIGEST_BYTES * pathLength(index, count));
  shared.copy(header);
  header.writeUInt16BE(index, INDEX_AT);
  let at = PATH_AT;
  for (let level = 0, place = index; level < levels.length - 1; level += 1, place >>= 1) {
    const neighbour = levels[level]?.[place ^ 1];
    if (neighbour !== undefined) at += header.write(neighbour, at, DIGEST_BYTES, 'latin1');
  }
  return header;
}
