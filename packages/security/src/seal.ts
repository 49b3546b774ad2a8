import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { type Entropy, secretBytes } from './entropy.ts';
import { KEY_ID_BYTES, keyIdOf } from './signing-key.ts';

/**
 * Seals bytes for one region, so that only it can read them, whoever carries them: a hospital's credential check
 * travels through the treatment site and Kafka to the home region.
 *
 * Version 1: version (1 byte), key id of the recipient (8), one-time X25519 public key (32), ciphertext, tag (16).
 * HKDF-SHA-256 of the shared secret, with "yijie.seal.v1\0" and both public keys as info, gives the AES-256-GCM key
 * and nonce; the nonce needs no room because the key is used once. The context and everything before the ciphertext
 * are associated data: what was sealed for one purpose can't be opened for another.
 */
export interface SealingPublicKey {
  readonly publicKey: KeyObject;
  readonly keyId: Buffer;
}

export interface SealingPrivateKey extends SealingPublicKey {
  readonly privateKey: KeyObject;
}

export function sealFor(
  recipient: SealingPublicKey,
  plaintext: Uint8Array,
  context: string,
  entropy: Entropy,
): Buffer {
  const once = x25519FromBytes(secretBytes(entropy, KEY_BYTES));
  const head = Buffer.concat([Buffer.from([VERSION]), recipient.keyId, rawPublicKey(createPublicKey(once))]);
  const { key, nonce } = derive(once, recipient.publicKey, head, recipient);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(associatedData(head, context));
  return Buffer.concat([head, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

export type Opened =
  | { readonly ok: true; readonly plaintext: Buffer }
  | { readonly ok: false; readonly code: 'SIG-SEALED'; readonly values: Readonly<Record<string, string>> };

/** Tries the key whose id the sealed bytes name; old keys stay in the list until nothing sealed for them travels. */
export function openSealed(keys: readonly SealingPrivateKey[], sealed: Uint8Array, context: string): Opened {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes.length < HEAD_BYTES + TAG_BYTES || bytes[0] !== VERSION) return refuse('form');
  const head = bytes.subarray(0, HEAD_BYTES);
  const own = keys.find((key) => key.keyId.equals(head.subarray(1, 1 + KEY_ID_BYTES)));
  if (own === undefined) return refuse('key');
  try {
    const once = x25519PublicFromBytes(head.subarray(1 + KEY_ID_BYTES));
    const { key, nonce } = derive(own.privateKey, once, head, own);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce);
    decipher.setAAD(associatedData(head, context));
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
    const body = bytes.subarray(HEAD_BYTES, bytes.length - TAG_BYTES);
    return { ok: true, plaintext: Buffer.concat([decipher.update(body), decipher.final()]) };
  } catch {
    // A wrong tag, a wrong context and a degenerate public key all mean: not sealed for this.
    return refuse('content');
  }
}

export function sealingPublicKeyFromPem(pem: string | Buffer): SealingPublicKey {
  const publicKey = requireX25519(createPublicKey(pem));
  return { publicKey, keyId: keyIdOf(publicKey) };
}

export function sealingPrivateKeyFromPem(pem: string | Buffer): SealingPrivateKey {
  const privateKey = requireX25519(createPrivateKey(pem));
  const publicKey = createPublicKey(privateKey);
  return { privateKey, publicKey, keyId: keyIdOf(publicKey) };
}

const VERSION = 1;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + KEY_ID_BYTES + KEY_BYTES;
const DOMAIN = Buffer.from('yijie.seal.v1\0', 'latin1');
// DER of an X25519 key (RFC 8410) up to its 32 bytes.
const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');

function derive(privateKey: KeyObject, publicKey: KeyObject, head: Buffer, recipient: SealingPublicKey) {
  const secret = diffieHellman({ privateKey, publicKey });
  const info = Buffer.concat([DOMAIN, head.subarray(1 + KEY_ID_BYTES), rawPublicKey(recipient.publicKey)]);
  const output = Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), info, KEY_BYTES + NONCE_BYTES));
  return { key: output.subarray(0, KEY_BYTES), nonce: output.subarray(KEY_BYTES) };
}

function associatedData(head: Buffer, context: string): Buffer {
  return Buffer.concat([head, Buffer.from(context, 'utf8')]);
}

function x25519FromBytes(bytes: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, bytes]), format: 'der', type: 'pkcs8' });
}

function x25519PublicFromBytes(bytes: Buffer): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, bytes]), format: 'der', type: 'spki' });
}

function rawPublicKey(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' }).subarray(SPKI_PREFIX.length);
}

function requireX25519(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== 'x25519')
    throw new Error(`expected an x25519 key, found ${key.asymmetricKeyType}`);
  return key;
}

function refuse(part: 'form' | 'key' | 'content'): Opened {
  return { ok: false, code: 'SIG-SEALED', values: { part } };
}
