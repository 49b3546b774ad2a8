import { verify } from 'node:crypto';
import { DIGEST_BYTES, type Digest, nodeDigest, pathLength } from './merkle.ts';
import {
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
import type { KeyRing } from './signing-key.ts';

export type RecordSignatureCode = 'SIG-NONE' | 'SIG-FORM' | 'SIG-KEY' | 'SIG-REGION' | 'SIG-FALSE';

export type RecordVerdict =
  | { readonly ok: true; readonly province: string }
  | {
      readonly ok: false;
      readonly code: RecordSignatureCode;
      readonly values: Readonly<Record<string, string>>;
    };

export interface RecordVerifier {
  verify(
    record: SignableRecord,
    header: Uint8Array | undefined,
    expected: { readonly expectedProvince: string },
  ): RecordVerdict;
}

/** Nodes of one batch that are known to lead to its signed root, by place: leaves first, then level by level. */
type KnownNodes = (Digest | undefined)[];

/**
 * Verifies records one by one while paying for a batch once: the first record of a batch checks the signature, the
 * others only hash up to the first node that is already known. Remembers the last `batchesMax` batches.
 */
export function createRecordVerifier(keys: KeyRing, options: { batchesMax?: number } = {}): RecordVerifier {
  const batchesMax = options.batchesMax ?? 256;
  const batches = new Map<string, KnownNodes>();

  return {
    verify(record, given, { expectedProvince }) {
      if (given === undefined || given.length === 0) return refuse('SIG-NONE', { expectedProvince });
      const header = asBuffer(given);
      const form = formOf(header);
      if (form === undefined) return refuse('SIG-FORM', { bytes: String(header.length) });
      const keyId = header.toString('latin1', KEY_ID_AT, SIGNATURE_AT);
      const key = keys.find(keyId);
      if (key === undefined)
        return refuse('SIG-KEY', { keyId: Buffer.from(keyId, 'latin1').toString('hex') });
      if (key.province !== expectedProvince)
        return refuse('SIG-REGION', { province: key.province, expectedProvince });

      const batchId = header.toString('latin1', 0, INDEX_AT);
      const known = batches.get(batchId);
      const leaf = recordLeaf(record);
      if (known !== undefined) {
        if (!extendsKnown(known, leaf, header, form)) return refuse('SIG-FALSE', { province: key.province });
        return { ok: true, province: key.province };
      }
      const nodes: KnownNodes = [];
      const root = climb(nodes, leaf, header, form);
      const statement = signedStatement(key.province, form.count, root);
      const signature = header.subarray(SIGNATURE_AT, COUNT_AT);
      if (!verify(null, statement, key.publicKey, signature))
        return refuse('SIG-FALSE', { province: key.province });
      remember(batches, batchId, nodes, batchesMax);
      return { ok: true, province: key.province };
    },
  };
}

interface Form {
  readonly count: number;
  readonly index: number;
}

function formOf(header: Buffer): Form | undefined {
  if (header.length < PATH_AT || header[0] !== HEADER_VERSION) return undefined;
  const count = header.readUInt16BE(COUNT_AT);
  const index = header.readUInt16BE(INDEX_AT);
  if (index >= count) return undefined;
  if (header.length !== PATH_AT + DIGEST_BYTES * pathLength(index, count)) return undefined;
  return { count, index };
}

/** Hashes from the leaf to the root, noting every node of the way and its neighbours. */
function climb(nodes: KnownNodes, leaf: Digest, header: Buffer, { count, index }: Form): Digest {
  let digest = leaf;
  let at = PATH_AT;
  let place = index;
  let levelStart = 0;
  for (let width = count; width > 1; width = (width + 1) >> 1) {
    nodes[levelStart + place] = digest;
    const neighbourPlace = place ^ 1;
    if (neighbourPlace < width) {
      const neighbour = header.toString('latin1', at, at + DIGEST_BYTES);
      at += DIGEST_BYTES;
      nodes[levelStart + neighbourPlace] = neighbour;
      digest = place & 1 ? nodeDigest(neighbour, digest) : nodeDigest(digest, neighbour);
    }
    levelStart += width;
    place >>= 1;
  }
  nodes[levelStart] = digest;
  return digest;
}

/**
 * Climbs until a known node is met. Nodes become known in pairs and together with everything above them, so from there
 * on the header's neighbours have only to be the known ones. What was learnt on the way is kept only when all agree.
 */
function extendsKnown(known: KnownNodes, leaf: Digest, header: Buffer, { count, index }: Form): boolean {
  const learnt: [number, Digest][] = [];
  let digest = leaf;
  let met = false;
  let at = PATH_AT;
  let place = index;
  let levelStart = 0;
  for (let width = count; width > 1; width = (width + 1) >> 1) {
    if (!met) {
      const expected = known[levelStart + place];
      if (expected === undefined) learnt.push([levelStart + place, digest]);
      else if (expected !== digest) return false;
      else met = true;
    }
    const neighbourPlace = place ^ 1;
    if (neighbourPlace < width) {
      const neighbour = header.toString('latin1', at, at + DIGEST_BYTES);
      at += DIGEST_BYTES;
      if (met) {
        if (known[levelStart + neighbourPlace] !== neighbour) return false;
      } else {
        learnt.push([levelStart + neighbourPlace, neighbour]);
        digest = place & 1 ? nodeDigest(neighbour, digest) : nodeDigest(digest, neighbour);
      }
    }
    levelStart += width;
    place >>= 1;
  }
  if (!met && known[levelStart] !== digest) return false;
  for (const [node, value] of learnt) known[node] = value;
  return true;
}

function remember(batches: Map<string, KnownNodes>, id: string, nodes: KnownNodes, batchesMax: number): void {
  batches.set(id, nodes);
  if (batches.size <= batchesMax) return;
  for (const oldest of batches.keys()) {
    batches.delete(oldest);
    return;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function refuse(code: RecordSignatureCode, values: Record<string, string>): RecordVerdict {
  return { ok: false, code, values };
}
