import { createCipheriv, createDecipheriv } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecurityProfile } from './development-mark.ts';
import { type Entropy, secretBytes } from './entropy.ts';
import { type KeyPurpose, type KeyStore, SECRET_KEY_BYTES, type SecretKey } from './key-store.ts';
import { readMaterial } from './read-material.ts';

/**
 * Keys as files, each wrapped (AES-256-GCM) under a key-encryption key that lives in a file of its own, so that the
 * two can be kept on different media: `<folder>/<purpose>/<key id>.key` holds nonce, wrapped key and tag; purpose and
 * id are associated data, so that a key file put under another name doesn't open.
 */
export async function openFileKeyStore(options: {
  readonly folder: string;
  /** 32 bytes in base64; lines that begin with # are comments. */
  readonly keyEncryptionKeyFile: string;
  readonly profile: SecurityProfile;
  readonly entropy: Entropy;
}): Promise<KeyStore> {
  const { folder, entropy } = options;
  const encryptionKey = await readKeyEncryptionKey(options.keyEncryptionKeyFile, options.profile);
  return {
    async load(purpose) {
      const names = await keyFiles(join(folder, purpose));
      return Promise.all(
        names.map(async (name) => {
          const file = join(folder, purpose, name);
          const keyId = name.slice(0, -'.key'.length);
          return { keyId, bytes: unwrap(encryptionKey, purpose, keyId, await readFile(file), file) };
        }),
      );
    },
    async ensure(purpose, keyId) {
      await mkdir(join(folder, purpose), { recursive: true, mode: 0o700 });
      const wrapped = wrap(encryptionKey, purpose, keyId, secretBytes(entropy, SECRET_KEY_BYTES), entropy);
      await writeOnce(fileOf(folder, purpose, keyId), wrapped, entropy);
    },
    async destroy(purpose, keyId) {
      await rm(fileOf(folder, purpose, keyId), { force: true });
    },
  };
}

/** Writes a file that only its owner reads, unless it is there already; another process never sees half of it. */
export async function writeOnce(file: string, content: Uint8Array | string, entropy: Entropy): Promise<void> {
  const temporary = `${file}.${secretBytes(entropy, 8).toString('hex')}.tmp`;
  await writeFile(temporary, content, { mode: 0o600, flag: 'wx' });
  try {
    await link(temporary, file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function keyFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw cause;
  });
  return names.filter((name) => name.endsWith('.key')).sort();
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

async function readKeyEncryptionKey(file: string, profile: SecurityProfile): Promise<Buffer> {
  const text = await readMaterial(file, 'key-encryption key (32 bytes in base64)', profile);
  const key = Buffer.from(text.replaceAll(/^#.*$/gm, ''), 'base64');
  if (key.length !== SECRET_KEY_BYTES)
    throw new Error(`the key-encryption key ${file} has ${key.length} bytes instead of 32`);
  return key;
}

function wrap(
  encryptionKey: Buffer,
  purpose: KeyPurpose,
  keyId: string,
  bytes: Buffer,
  entropy: Entropy,
): Buffer {
  const nonce = secretBytes(entropy, NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', encryptionKey, nonce);
  cipher.setAAD(associatedData(purpose, keyId));
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

function unwrap(
  encryptionKey: Buffer,
  purpose: KeyPurpose,
  keyId: string,
  wrapped: Buffer,
  file: string,
): SecretKey['bytes'] {
  if (wrapped.length !== NONCE_BYTES + SECRET_KEY_BYTES + TAG_BYTES)
    throw new Error(`the key file ${file} is damaged: ${wrapped.length} bytes`);
  const decipher = createDecipheriv('aes-256-gcm', encryptionKey, wrapped.subarray(0, NONCE_BYTES));
  decipher.setAAD(associatedData(purpose, keyId));
  decipher.setAuthTag(wrapped.subarray(NONCE_BYTES + SECRET_KEY_BYTES));
  try {
    const body = wrapped.subarray(NONCE_BYTES, NONCE_BYTES + SECRET_KEY_BYTES);
    return Buffer.concat([decipher.update(body), decipher.final()]);
  } catch (cause) {
    throw new Error(`the key file ${file} doesn't open with this key-encryption key`, { cause });
  }
}

function associatedData(purpose: KeyPurpose, keyId: string): Buffer {
  return Buffer.from(`yijie.key.v1\0${purpose}\0${keyId}`, 'utf8');
}

function fileOf(folder: string, purpose: KeyPurpose, keyId: string): string {
  if (!/^[0-9a-z-]{1,64}$/.test(keyId)) throw new Error(`not a key id: ${keyId}`);
  return join(folder, purpose, `${keyId}.key`);
}
