import { sign, verify } from 'node:crypto';
import { type Digest, digestBytes, digestOf } from './merkle.ts';
import type { KeyRing, SigningKey } from './signing-key.ts';

/**
 * The head of a sealed block.
 * head = SHA-256("yijie.audit.head.v1\0", length of chain (2), chain, previous head (32), number (8), count (4),
 * root (32), time in ms (8), last row: epoch (4), transaction (8), id (8), key id (8)), all big-endian.
 * The signature is Ed25519 over "yijie.audit.sign.v1\0" and the head.
 */
export interface AuditHead {
  /** Which database, e.g. `treatment-site/410000`. */
  readonly chain: string;
  readonly number: number;
  readonly previousHash: Buffer;
  readonly rowCount: number;
  readonly root: Buffer;
  readonly until: AuditPosition;
  readonly sealedAtMs: number;
  readonly headHash: Buffer;
  readonly keyId: Buffer;
  readonly signature: Buffer;
}

/** A row's place in the order of sealing. Transaction numbers are 64 bits wide: text. */
export interface AuditPosition {
  readonly epoch: number;
  readonly xid: string;
  readonly entryId: string;
}

export const GENESIS_HASH = Buffer.alloc(32);
export const GENESIS_POSITION: AuditPosition = { epoch: 0, xid: '0', entryId: '0' };

export type UnsignedHead = Omit<AuditHead, 'headHash' | 'signature'>;

export function signHead(head: Omit<UnsignedHead, 'keyId'>, key: SigningKey): AuditHead {
  const unsigned = { ...head, keyId: key.keyId };
  const headHash = digestBytes(headDigest(unsigned));
  return { ...unsigned, headHash, signature: sign(null, statement(headHash), key.privateKey) };
}

export function headDigest(head: UnsignedHead): Digest {
  const chain = Buffer.from(head.chain, 'utf8');
  const chainLength = Buffer.alloc(2);
  chainLength.writeUInt16BE(chain.length);
  const numbers = Buffer.alloc(12);
  numbers.writeBigUInt64BE(BigInt(head.number));
  numbers.writeUInt32BE(head.rowCount, 8);
  const rest = Buffer.alloc(28);
  rest.writeBigUInt64BE(BigInt(head.sealedAtMs));
  rest.writeUInt32BE(head.until.epoch, 8);
  rest.writeBigUInt64BE(BigInt(head.until.xid), 12);
  rest.writeBigUInt64BE(BigInt(head.until.entryId), 20);
  return digestOf(
    Buffer.concat([HEAD_DOMAIN, chainLength, chain, head.previousHash, numbers, head.root, rest, head.keyId]),
  );
}

export function isSignedBy(keys: KeyRing, province: string, head: AuditHead): boolean {
  const key = keys.find(head.keyId.toString('latin1'));
  return (
    key !== undefined &&
    key.province === province &&
    verify(null, statement(head.headHash), key.publicKey, head.signature)
  );
}

const HEAD_DOMAIN = Buffer.from('yijie.audit.head.v1\0', 'latin1');
const SIGN_DOMAIN = Buffer.from('yijie.audit.sign.v1\0', 'latin1');

function statement(headHash: Buffer): Buffer {
  return Buffer.concat([SIGN_DOMAIN, headHash]);
}
