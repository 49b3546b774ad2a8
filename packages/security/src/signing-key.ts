import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** A region's Ed25519 key. The same key signs records and audit heads, each under its own domain. */
export interface SigningKey {
  readonly province: string;
  readonly privateKey: KeyObject;
  /** First 8 bytes of SHA-256 over the public key in SPKI form. */
  readonly keyId: Buffer;
}

export interface VerificationKey {
  readonly province: string;
  readonly publicKey: KeyObject;
  readonly keyId: Buffer;
}

export const KEY_ID_BYTES = 8;

export function signingKeyFromPem(province: string, pem: string | Buffer): SigningKey {
  const privateKey = createPrivateKey(pem);
  requireType(privateKey, 'ed25519');
  return { province: requireProvince(province), privateKey, keyId: keyIdOf(createPublicKey(privateKey)) };
}

export function verificationKeyFromPem(province: string, pem: string | Buffer): VerificationKey {
  const publicKey = createPublicKey(pem);
  requireType(publicKey, 'ed25519');
  return { province: requireProvince(province), publicKey, keyId: keyIdOf(publicKey) };
}

export function keyIdOf(publicKey: KeyObject): Buffer {
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest().subarray(0, KEY_ID_BYTES);
}

/** The public keys that are trusted now, by key id. Replacing them takes effect on the next verification. */
export interface KeyRing {
  find(keyId: string): VerificationKey | undefined;
  replace(keys: readonly VerificationKey[]): void;
}

/** Key ids are looked up as Latin-1 strings of their 8 bytes. */
export function createKeyRing(keys: readonly VerificationKey[]): KeyRing {
  let byId = index(keys);
  return {
    find: (keyId) => byId.get(keyId),
    replace(next) {
      byId = index(next);
    },
  };
}

function index(keys: readonly VerificationKey[]): Map<string, VerificationKey> {
  const byId = new Map<string, VerificationKey>();
  for (const key of keys) byId.set(key.keyId.toString('latin1'), key);
  return byId;
}

function requireType(key: KeyObject, type: string): void {
  if (key.asymmetricKeyType !== type)
    throw new Error(`expected a key of type ${type}, found ${key.asymmetricKeyType}`);
}

function requireProvince(province: string): string {
  if (!/^[1-8]\d0000$/.test(province)) throw new Error(`not the code of a province: ${province}`);
  return province;
}
